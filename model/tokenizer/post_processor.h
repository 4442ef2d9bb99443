// SPDX-License-Identifier: Apache-2.0
// What a tokenizer.json would put after a text.
#pragma once

#include <string>

#include "base/json.h"

namespace tercet {

/// The token that `post_processor` puts after a text; empty: none. Forms that are not known put
/// none, as nothing here runs them.
std::string token_after_text(const Json& post_processor);

}  // namespace tercet
