# SPDX-License-Identifier: Apache-2.0
"""The parts of scripts/train.py: corpus, tokenizer, model, loop, checkpoint."""
