// SPDX-License-Identifier: Apache-2.0
// Damages a small checkpoint in many ways: each must load and run, or end in tercet::Error.
// usage: checkpoint_fuzz [cases] [seed]
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "json_mutator.h"
#include "model/formats/checkpoint.h"
#include "model/synth.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet::fuzz {
namespace {

constexpr double kSlowSeconds = 2.0;   // a case that takes longer has failed
constexpr unsigned kHangSeconds = 20;  // and here it is killed

/// The three files of a checkpoint.
struct Files {
  std::string config;
  std::string tensors;
  std::string tokenizer;
};

Files make_files(uint64_t seed) {
  ModelConfig c;
  c.hidden = 16;
  c.intermediate = 24;
  c.layers = 2;
  c.heads = 4;
  c.kv_heads = 2;
  c.vocab = 262;
  c.max_positions = 16;
  c.bos_id = 260;
  c.eos_ids = {261};
  c.tied_head = seed % 2 == 0;
  std::string name = (std::filesystem::temp_directory_path() / "tercet-fuzz-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) fail("cannot make a folder");
  const std::filesystem::path folder = name;
  save_model(synth_model(c, 0.4, seed), folder);
  save_synth_tokenizer(c.vocab, folder);
  Files files = {read_text(folder / "config.json", 1 << 20),
                 read_text(folder / "model.safetensors", 1 << 24),
                 read_text(folder / "tokenizer.json", 1 << 20)};
  std::filesystem::remove_all(folder);
  Json tokenizer = Json::parse(files.tokenizer);
  tokenizer["model"]["vocab"].erase("<256>");
  tokenizer["model"]["vocab"]["he"] = 256;
  tokenizer["model"]["merges"] = {"h e"};
  files.tokenizer = tokenizer.dump();
  return files;
}

size_t header_size(const std::string& tensors) {
  uint64_t size = 0;
  std::memcpy(&size, tensors.data(), 8);
  return size;
}

void mutate_tensor_header(std::string& tensors, Rng& rng) {
  const size_t size = header_size(tensors);
  Json header = Json::parse(tensors.substr(8, size));
  for (uint64_t n = 1 + rng.below(2); n > 0; --n) mutate_json(header, rng);
  const std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  const uint64_t length = text.size();
  std::string prefix(8, '\0');
  std::memcpy(prefix.data(), &length, 8);
  tensors = prefix + text + tensors.substr(8 + size);
}

/// NaN, infinity, zero or a negative in a random float tensor (scales are likely: there are many).
void poison_float(std::string& tensors, Rng& rng) {
  const size_t size = header_size(tensors);
  const Json header = Json::parse(tensors.substr(8, size));
  const auto& tensor =
      *std::next(header.begin(), static_cast<std::ptrdiff_t>(rng.below(header.size())));
  if (tensor.value("dtype", "") != "F32") return;  // __metadata__ has none
  static const uint32_t kBits[] = {0x7fc00000, 0xff800000, 0x7f800000, 0,
                                   0xbf800000, 1,          0x7f7fffff};
  const size_t begin = 8 + size + tensor["data_offsets"][0].get<size_t>();
  std::memcpy(tensors.data() + begin, &kBits[rng.below(7)], 4);
}

void mutate_text(std::string& text, Rng& rng) {
  if (rng.below(2) == 0) {
    mutate_bytes(text, 0, text.size(), rng);
    return;
  }
  Json json = Json::parse(text);
  for (uint64_t n = 1 + rng.below(2); n > 0; --n) mutate_json(json, rng);
  text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void mutate(Files& files, Rng& rng) {
  const size_t data = 8 + header_size(files.tensors);
  switch (rng.below(10)) {
    case 0:
    case 1:
      return mutate_text(files.config, rng);
    case 2:
    case 3:
      return mutate_text(files.tokenizer, rng);
    case 4:
      return mutate_bytes(files.tensors, 0, 8, rng);
    case 5:
      return mutate_bytes(files.tensors, 8, data, rng);
    case 6:
      return mutate_bytes(files.tensors, data, files.tensors.size(), rng);
    case 7:
      return poison_float(files.tensors, rng);
    default:
      return mutate_tensor_header(files.tensors, rng);
  }
}

/// Loads everything and runs one token. Throws what the loader throws.
void use(const Files& files) {
  const Tokenizer tokenizer = Tokenizer::parse(files.tokenizer, "tokenizer.json");
  const std::string text = "he he 12 \xe2\x82 \xff";
  if (tokenizer.decode(tokenizer.encode(text)) != text) throw std::logic_error("no round trip");
  const Model model = load_model(files.config, "config.json", {memory_file("m", files.tensors)});
  ReferenceEngine engine;
  Session(model, engine).forward({0});
}

/// Runs all cases; returns how many failed.
int run(int64_t cases, uint64_t seed) {
  const Files base[2] = {make_files(0), make_files(1)};
  for (const Files& files : base) use(files);  // undamaged they must load
  int64_t loaded = 0;
  int failed = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < cases; ++i) {
    Rng rng(seed * 1'000'000'007 + static_cast<uint64_t>(i));
    Files files = base[i % 2];
    mutate(files, rng);
    alarm(kHangSeconds);
    const std::clock_t begin = std::clock();
    try {
      use(files);
      ++loaded;
    } catch (const Error&) {
      // What bad input is meant to end in.
    } catch (const std::exception& error) {
      fmt::print(stderr, "case {} (seed {}): {}\n", i, seed, error.what());
      ++failed;
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (seconds > kSlowSeconds) {
      fmt::print(stderr, "case {} (seed {}): {:.1f} s\n", i, seed, seconds);
      ++failed;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("seed {}: {} cases, {} loaded, {} refused, {} failed, {:.0f} cases/s\n", seed, cases,
             loaded, cases - loaded - failed, failed, static_cast<double>(cases) / took.count());
  return failed;
}

}  // namespace
}  // namespace tercet::fuzz

int main(int argc, char** argv) {
  const int64_t cases = argc > 1 ? std::atoll(argv[1]) : 10000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  return tercet::fuzz::run(cases, seed) == 0 ? 0 : 1;
}
