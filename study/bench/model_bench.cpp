// SPDX-License-Identifier: Apache-2.0
// Tokens a second of the fast engine, and how near memory's speed that is.
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/stopwatch.h"
#include "model/fast/digit_rows.h"
#include "model/fast/fast_engine.h"
#include "model/fast/fast_session.h"
#include "model/fast/read_probe.h"
#include "model/fast/target.h"
#include "study/bench/benches.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kThreads[] = {1, 2};

/// The least seconds that something took; other work on the computer only ever adds.
struct Least {
  double wall = 1e30;
  double cpu = 1e30;  ///< of all threads, a thread

  template <class Body>
  void time(int64_t threads, const Body& body) {
    const std::clock_t before = std::clock();
    const Stopwatch watch;
    body();
    wall = std::min(wall, watch.seconds());
    cpu = std::min(cpu, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC /
                            static_cast<double>(threads));
  }
};

/// What one number of threads took.
struct Measured {
  int64_t threads = 1;
  Least prefill, decode, probe;
};

/// Bytes that a token reads when decoding: all packed weights, the head, and on average half of
/// what decoding adds to the cache beside the prompt's part.
double bytes_per_token(const ModelBenchOptions& options, const Model& model) {
  const ModelConfig& c = model.config;
  int64_t bytes = model.head.bytes();
  if (digits_of(options.session.head) != 0) {
    bytes = c.vocab * (c.hidden + static_cast<int64_t>(sizeof(float)));  // codes and a scale a row
  }
  for (const TernaryMatrix* w : ternary_matrices(model)) bytes += w->bytes();
  const double positions =
      static_cast<double>(options.prompt) + 0.5 * static_cast<double>(options.tokens);
  int64_t cached = c.kv_size() * static_cast<int64_t>(sizeof(float));  // f16 too is kept in floats
  if (digits_of(options.session.kv) != 0) {
    cached = c.kv_size() + c.kv_heads * static_cast<int64_t>(sizeof(float));
  }
  return static_cast<double>(bytes) + positions * static_cast<double>(2 * c.layers * cached);
}

std::vector<int32_t> random_tokens(const Model& model, int64_t n) {
  Rng rng(3);
  std::vector<int32_t> tokens(static_cast<size_t>(n));
  for (int32_t& token : tokens) {
    token = static_cast<int32_t>(rng.below(static_cast<uint64_t>(model.config.vocab)));
  }
  return tokens;
}

Measured measure(const ModelBenchOptions& options, const Model& model, int64_t threads) {
  Measured m;
  m.threads = threads;
  ThreadPool pool(threads);
  FastEngine engine(pool);
  FastSession session(model, engine, pool, options.session);
  const std::vector<int32_t> prompt = random_tokens(model, options.prompt);
  const std::vector<int32_t> tokens = random_tokens(model, options.tokens);
  const int64_t head_bytes = model.head.bytes();
  volatile uint64_t sink = 0;  // the probe's sum has to be made
  const auto probe = [&] {
    m.probe.time(threads, [&] { sink = sink + read_all(model.head.data(), head_bytes, pool); });
  };
  for (int64_t rep = 0; rep < options.reps; ++rep) {
    session.reset();
    probe();
    m.prefill.time(threads, [&] {
      Interrupt::poll();
      session.forward(prompt);
    });
    probe();
    m.decode.time(threads, [&] {
      for (const int32_t token : tokens) {
        Interrupt::poll();
        session.forward({token});
      }
    });
    probe();
  }
  return m;
}

/// Throws Error unless the logits of one token are the reference's, which makes a head of digits of
/// its own; returns how many there are.
size_t check_logits(const Model& model, const SessionOptions& plain, const SessionOptions& ready) {
  const std::vector<int32_t> token = random_tokens(model, 1);
  ReferenceEngine scalar;
  Session reference(model, scalar, plain);
  ThreadPool pool(2);
  FastEngine engine(pool);
  FastSession session(model, engine, pool, ready);
  const std::vector<float>& want = reference.forward(token);
  const std::vector<float>& got = session.forward(token);
  if (std::memcmp(want.data(), got.data(), want.size() * sizeof(float)) != 0) {
    fail("the fast engine's logits are not the reference's");
  }
  return want.size();
}

double max_rss_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024e-6;
}

/// Adds the figures of `m` under the names that their sizes make: pp128_t1, tg32_t1 and so on.
/// The top level has wall time; "cpu" has what each thread with a processor of its own would do.
/// Returns them as lines.
std::string add_figures(const ModelBenchOptions& options, const Measured& m, double bytes,
                        int64_t head_bytes, Json* json) {
  const std::string suffix = fmt::format("_t{}", m.threads);
  const std::string decode_name = fmt::format("tg{}{}", options.tokens, suffix);
  std::string text;
  for (const bool cpu : {false, true}) {
    const auto seconds = cpu ? &Least::cpu : &Least::wall;
    const double prefill = static_cast<double>(options.prompt) / (m.prefill.*seconds);
    const double decode = static_cast<double>(options.tokens) / (m.decode.*seconds);
    const double probe = static_cast<double>(head_bytes) / (m.probe.*seconds);  // bytes a second
    Json& to = cpu ? (*json)["cpu"] : *json;
    to[fmt::format("pp{}{}", options.prompt, suffix)] = prefill;
    to[decode_name] = decode;
    to[m.threads == 1 ? "probe_gb_s" : "probe" + suffix + "_gb_s"] = probe * 1e-9;
    to[decode_name + "_of_probe"] = decode * bytes / probe;
    text += fmt::format(
        "host, {} thread{}, {}  prefill {:>7.1f} tokens/s, decode {:>6.2f} tokens/s; memory reads "
        "{:>5.1f} GB/s, decode {:.0f} % of it\n",
        m.threads, m.threads == 1 ? " " : "s", cpu ? "processor time:" : "wall time:     ", prefill,
        decode, probe * 1e-9, 100.0 * decode * bytes / probe);
  }
  return text;
}

}  // namespace

void run_model_bench(const ModelBenchOptions& chosen, const ModelFile& named, const Print& print,
                     nlohmann::ordered_json* json) {
  const Model& model = named.model;
  ModelBenchOptions options = chosen;
  if (options.prompt + options.tokens > model.config.max_positions) {
    fail("a prompt of {} and {} tokens exceed the context of {}", options.prompt, options.tokens,
         model.config.max_positions);
  }
  const Stopwatch head_watch;
  ThreadPool head_pool(kThreads[1]);
  options.session = fast::with_digit_head(model, head_pool, chosen.session);  // for all sessions
  const double head_seconds = head_watch.seconds();
  const double bytes = bytes_per_token(options, model);
  json->update(Json{{"prompt", options.prompt},
                    {"tokens", options.tokens},
                    {"reps", options.reps},
                    {"model", named.name},
                    {"layers", model.config.layers},
                    {"simd", simd_target()},
                    {"kv", name_in(cache_names(), options.session.kv)},
                    {"head", name_in(head_names(), options.session.head)},
                    {"head_seconds", head_seconds},
                    {"bytes_per_token", bytes}});
  const int64_t head_bytes = model.head.bytes();
  for (const int64_t threads : kThreads) {
    const Measured m = measure(options, model, threads);
    print(add_figures(options, m, bytes, head_bytes, json));
  }
  (*json)["max_rss_mb"] = max_rss_mb();
  (*json)["logits_checked"] = check_logits(model, chosen.session, options.session);
  print(fmt::format(
      "{} with {} vectors, keys and values, head: {}, made in {:.2f} s: {:.0f} MB read per token, "
      "{:.0f} MB resident; {} logits are equal to the reference's\n",
      named.name, simd_target(), describe_session(options.session), head_seconds, bytes * 1e-6,
      (*json)["max_rss_mb"].get<double>(), (*json)["logits_checked"].get<size_t>()));
}

}  // namespace tercet
