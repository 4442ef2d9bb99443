// SPDX-License-Identifier: Apache-2.0
// Reads grids strictly and multiplies them out.
#include "study/validate/grid.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/input.h"
#include "base/json.h"
#include "base/rng.h"
#include "host_driver/accelerator.h"
#include "host_driver/driver.h"
#include "sim/dram/machine_memory.h"

namespace tercet {
namespace {

constexpr int64_t kMaxFile = 1 << 20;

struct Range {
  int64_t low;
  int64_t high;
};

struct Random {
  int64_t points;
  uint64_t seed;
  Range m;
  Range n;
  Range k;
};

/// One object of the file.
struct Block {
  std::vector<std::string> configs;
  std::vector<std::string> memories;
  std::vector<std::string> packings;
  std::vector<int64_t> m;  // empty, as n and k: only random shapes
  std::vector<int64_t> n;
  std::vector<int64_t> k;
  std::vector<int64_t> m_tiles;  // 0: automatic
  std::optional<Random> random;
};

/// A list that is not empty and has no value twice.
template <class T, class Parse>
std::vector<T> parse_list(const Json& list, const std::string& where, const Parse& parse) {
  if (!list.is_array()) fail("{}: not a list but {}", where, list.type_name());
  if (list.empty()) fail("{}: the list is empty", where);
  std::vector<T> values;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", where, i);
    T value = parse(list[i], at);
    if (std::find(values.begin(), values.end(), value) != values.end()) {
      fail("{}: {} is in the list twice", at, list[i].dump());
    }
    values.push_back(std::move(value));
  }
  return values;
}

std::vector<std::string> names(Fields& fields, const char* key) {
  return parse_list<std::string>(fields.need(key), fields.where() + ": " + key,
                                 [](const Json& value, const std::string& at) {
                                   if (!value.is_string()) fail("{}: not a string", at);
                                   return value.get<std::string>();
                                 });
}

std::vector<int64_t> sizes(Fields& fields, const char* key, int64_t limit) {
  return parse_list<int64_t>(
      fields.need(key), fields.where() + ": " + key,
      [&](const Json& value, const std::string& at) { return to_integer(value, at, 1, limit); });
}

std::vector<int64_t> tile_sizes(Fields& fields) {
  const Json* list = fields.find("m_tile");
  if (list == nullptr) return {0};
  return parse_list<int64_t>(*list, fields.where() + ": m_tile",
                             [](const Json& value, const std::string& at) {
                               if (value == "auto") return int64_t{0};
                               if (value.is_string())
                                 fail("{}: {} is neither \"auto\" nor a number", at, value.dump());
                               return to_integer(value, at, 1, TERCET_MAX_CMD_MTILE);
                             });
}

Range parse_range(Fields& fields, const char* key, int64_t limit) {
  const std::string where = fields.where() + ": " + key;
  const Json& value = fields.need(key);
  if (!value.is_array() || value.size() != 2) fail("{}: not [low, high]", where);
  const Range range{to_integer(value[0], where + "[0]", 1, limit),
                    to_integer(value[1], where + "[1]", 1, limit)};
  if (range.low > range.high) fail("{}: {} is above {}", where, range.low, range.high);
  return range;
}

Random parse_random(const Json& object, const std::string& where) {
  Fields fields(object, where);
  Random random{};
  random.points = fields.integer("points", 1, static_cast<int64_t>(kMaxGridPoints));
  random.seed = static_cast<uint64_t>(fields.integer("seed", 0, INT64_MAX));
  random.m = parse_range(fields, "m", TERCET_MAX_CMD_M);
  random.n = parse_range(fields, "n", TERCET_MAX_CMD_N);
  random.k = parse_range(fields, "k", TERCET_MAX_CMD_K);
  fields.finish();
  return random;
}

Block parse_block(const Json& object, const std::string& where) {
  Fields fields(object, where);
  Block block;
  block.configs = names(fields, "config");
  block.memories = names(fields, "memory");
  block.packings = names(fields, "packing");
  const Json* random = fields.find("random");
  if (random != nullptr) block.random = parse_random(*random, where + ": random");
  if (random == nullptr || fields.has("m") || fields.has("n") || fields.has("k")) {
    block.m = sizes(fields, "m", TERCET_MAX_CMD_M);
    block.n = sizes(fields, "n", TERCET_MAX_CMD_N);
    block.k = sizes(fields, "k", TERCET_MAX_CMD_K);
  }
  block.m_tiles = tile_sizes(fields);
  fields.finish();
  return block;
}

/// Fills in the tile and throws Error if the machine would refuse the command.
void complete(GridPoint& point, const std::string& where) {
  const tercet_config& machine = *point.machine;
  if (point.k > machine.k_max) {
    fail("{}: point ({}): K is over the machine's limit {}", where, describe(point), machine.k_max);
  }
  for (const auto& [name, elements] :
       {std::pair{"M x K", point.m * point.k}, std::pair{"N x K", point.n * point.k},
        std::pair{"M x N", point.m * point.n}}) {
    if (elements > kMaxGridElements) {
      fail("{}: point ({}): {} = {} is over the limit {}", where, describe(point), name, elements,
           kMaxGridElements);
    }
  }
  const int64_t most = max_m_tile(machine, point.k);
  if (point.m_tile == 0) point.m_tile = Accelerator::choose_m_tile(machine, point.m, point.k);
  if (point.m_tile > most) {
    fail("{}: point ({}): m_tile is over the {} tokens that fit on chip at this K", where,
         describe(point), most);
  }
}

/// Multiplies a block out.
class Expansion {
 public:
  Expansion(const Block& block, std::string file, std::string where, std::vector<GridPoint>* points)
      : block_(block), file_(std::move(file)), where_(std::move(where)), points_(points) {}

  void run() {
    std::optional<Rng> rng;
    if (block_.random.has_value()) rng.emplace(block_.random->seed);
    for (size_t c = 0; c < block_.configs.size(); ++c) {
      for (size_t d = 0; d < block_.memories.size(); ++d) {
        for (size_t p = 0; p < block_.packings.size(); ++p) {
          GridPoint point = machine_of(c, d, p);
          add_lists(point, c + d + p);
          if (rng.has_value()) add_random(point, c + d + p, *rng);
        }
      }
    }
  }

 private:
  GridPoint machine_of(size_t config, size_t memory, size_t packing) const {
    GridPoint point;
    point.grid = file_;
    const auto at = [&](const char* key, size_t i, const std::function<void()>& set) {
      try {
        set();
      } catch (const Error& error) {
        fail("{}: {}[{}]: {}", where_, key, i, error.what());
      }
    };
    at("config", config, [&] { point.machine = &find_machine(block_.configs[config]); });
    at("memory", memory, [&] {
      point.memory = block_.memories[memory];
      machine_dram(point.memory, *point.machine);
    });
    at("packing", packing, [&] { point.packing = parse_packing(block_.packings[packing]); });
    return point;
  }

  void add_lists(GridPoint point, size_t position) {
    for (size_t m = 0; m < block_.m.size(); ++m) {
      for (size_t n = 0; n < block_.n.size(); ++n) {
        for (size_t k = 0; k < block_.k.size(); ++k) {
          point.m = block_.m[m];
          point.n = block_.n[n];
          point.k = block_.k[k];
          add_tiles(point, position + m + n + k);
        }
      }
    }
  }

  void add_random(GridPoint point, size_t position, Rng& rng) {
    const auto draw = [&rng](const Range& range) {
      return range.low +
             static_cast<int64_t>(rng.below(static_cast<uint64_t>(range.high - range.low) + 1));
    };
    const Random& random = *block_.random;
    for (size_t i = 0; i < static_cast<size_t>(random.points); ++i) {
      point.m = draw(random.m);
      point.n = draw(random.n);
      point.k = draw(random.k);
      add_tiles(point, position + i);
    }
  }

  void add_tiles(GridPoint point, size_t position) {
    for (size_t t = 0; t < block_.m_tiles.size(); ++t) {
      point.m_tile = block_.m_tiles[t];
      point.tuning = (position + t) % 2 == 0;
      complete(point, where_);
      if (points_->size() == kMaxGridPoints) fail("{}: more than {} points", file_, kMaxGridPoints);
      points_->push_back(point);
      point.m_tile = 0;
    }
  }

  const Block& block_;
  std::string file_;
  std::string where_;
  std::vector<GridPoint>* points_;
};

}  // namespace

std::vector<GridPoint> parse_grid(const std::string& text, const std::string& file) {
  const Json json = parse_json(text, file);
  if (!json.is_array()) fail("{}: not a list of blocks but {}", file, json.type_name());
  if (json.empty()) fail("{}: the list of blocks is empty", file);
  std::vector<GridPoint> points;
  for (size_t i = 0; i < json.size(); ++i) {
    const std::string where = fmt::format("{}: [{}]", file, i);
    const Block block = parse_block(json[i], where);
    Expansion(block, file, where, &points).run();
  }
  return points;
}

std::vector<GridPoint> load_grid(const std::string& file) {
  return parse_grid(read_text(file, kMaxFile), file);
}

std::string describe(const GridPoint& point) {
  Gemm gemm;
  gemm.m = point.m;
  gemm.n = point.n;
  gemm.k = point.k;
  gemm.m_tile = point.m_tile;
  gemm.packing = point.packing;
  return fmt::format("{}, {}: {}", point.machine->name, point.memory, describe(gemm));
}

}  // namespace tercet
