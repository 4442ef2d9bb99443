# SPDX-License-Identifier: Apache-2.0
# The reference model, part by part.
tercet_gtest(model_test
  SOURCES model/attention_test.cpp model/checkpoint_test.cpp model/config_test.cpp
          model/digits_test.cpp model/eval_test.cpp model/gguf_test.cpp model/layout_test.cpp
          model/math_test.cpp model/ops_test.cpp model/quantize_test.cpp
          model/safetensors_test.cpp model/sampler_test.cpp model/synth_test.cpp
          model/ternary_test.cpp model/tokenizer_test.cpp model/transformer_test.cpp
  LIBS tercet_model)

tercet_gtest(model_sentencepiece_test
  SOURCES model/sentencepiece_test.cpp
  LIBS tercet_model PkgConfig::SENTENCEPIECE)

# The fast engine against the reference.
tercet_gtest(fast_test
  SOURCES model/fast_digits_test.cpp model/fast_engine_test.cpp model/fast_ops_test.cpp
          model/fast_session_test.cpp
  LIBS tercet_fast)

# Compiles the reference six times: not again under the sanitizers.
if(NOT TERCET_SANITIZE)
  include(${PROJECT_SOURCE_DIR}/tests/e2e/determinism.cmake)
endif()
