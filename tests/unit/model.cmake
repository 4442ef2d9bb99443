# SPDX-License-Identifier: Apache-2.0
# The reference model, part by part.
tercet_gtest(model_test
  SOURCES model_checkpoint_test.cpp model_config_test.cpp model_eval_test.cpp model_gguf_test.cpp
          model_layout_test.cpp model_math_test.cpp
          model_ops_test.cpp model_quantize_test.cpp model_safetensors_test.cpp
          model_sampler_test.cpp model_synth_test.cpp model_ternary_test.cpp
          model_tokenizer_test.cpp model_transformer_test.cpp
  LIBS tercet::model nlohmann_json::nlohmann_json)

tercet_gtest(model_sentencepiece_test
  SOURCES model_sentencepiece_test.cpp
  LIBS tercet::model PkgConfig::SENTENCEPIECE)

# Compiles the reference six times: not again under the sanitizers.
if(NOT TERCET_SANITIZE)
  include(${PROJECT_SOURCE_DIR}/tests/e2e/determinism.cmake)
endif()
