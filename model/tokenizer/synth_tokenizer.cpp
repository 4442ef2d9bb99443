// SPDX-License-Identifier: Apache-2.0
// A tokenizer for random models: one token per byte.
#include "base/error.h"
#include "base/json.h"
#include "base/output.h"
#include "model/synth.h"
#include "model/tokenizer/bpe_encoder.h"

namespace tercet {

void save_synth_tokenizer(int64_t vocab, const std::filesystem::path& folder) {
  constexpr int64_t kBytes = 256;
  if (vocab < kBytes + 2)
    fail("vocabulary of {} is below the {} of bytes and specials", vocab, 258);
  using Ordered = nlohmann::ordered_json;
  const auto alphabet = byte_alphabet();
  Ordered entries = Ordered::object();
  auto& list = entries.get_ref<Ordered::object_t&>();  // push_back: no search for duplicates
  for (int64_t id = 0; id < vocab - 2; ++id) {
    list.push_back({id < kBytes ? alphabet[static_cast<size_t>(id)] : fmt::format("<{}>", id), id});
  }
  Ordered added = Ordered::array();
  for (const auto& [id, content] :
       {std::pair{vocab - 2, "<|begin_of_text|>"}, std::pair{vocab - 1, "<|end_of_text|>"}}) {
    added.push_back({{"id", id}, {"content", content}, {"special", true}});
  }
  const Ordered level = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
  const Ordered json = {
      {"version", "1.0"},
      {"added_tokens", added},
      {"pre_tokenizer", level},
      {"decoder", level},
      {"model", {{"type", "BPE"}, {"vocab", entries}, {"merges", Ordered::array()}}}};
  write_file(folder / "tokenizer.json", json.dump(0) + "\n");
}

}  // namespace tercet
