// SPDX-License-Identifier: Apache-2.0
// A machine as a matrix multiplier: weights uploaded once, then products of any M, N and K.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host_driver/allocator.h"
#include "host_driver/command_port.h"
#include "host_driver/packing.h"

namespace tercet {

/// Wall seconds by what they were spent on.
struct AcceleratorTimes {
  double packing = 0.0;  ///< weights to streams, and their upload
  double device = 0.0;   ///< commands: start to completion
  double host = 0.0;     ///< activations and outputs to and from their streams
};

/// A product that the machine has finished.
struct GemmRecord {
  const std::string& name;  ///< of the matrix
  int64_t m = 0;
  int64_t n = 0;
  int64_t k = 0;
  Packing packing = Packing::kTwoBit;
  uint64_t begin = 0;  ///< cycle in which the driver began with what it was queued with
  uint64_t end = 0;    ///< cycle in which the driver knew that the last one was complete
  size_t commands = 0;
};

/// Owns a machine's memory and drives its commands.
class Accelerator {
 public:
  /// Where the first upload goes. Page 0 is left out, so that no buffer has address 0.
  static constexpr uint64_t kFirstAddress = kPageBytes;

  /// Names an uploaded matrix.
  using WeightId = size_t;

  /// One product: the arguments of gemm().
  struct Product {
    WeightId id;
    const int8_t* q;
    int64_t m;
    int32_t* acc;
  };

  /// Drives the machine through `port`.
  explicit Accelerator(std::unique_ptr<CommandPort> port);
  /// Through a Driver, made of these.
  Accelerator(Transport& transport, const tercet_config& machine, uint64_t timeout_cycles = 0);

  const tercet_config& machine() const { return port_->machine(); }
  CommandPort& driver() { return *port_; }

  /// Packs and uploads `w`. A K beyond one command is cut into parts whose results gemm() adds.
  /// Throws Error if device memory is full or N is beyond its register.
  WeightId upload(const WeightMatrix& w, Packing packing);

  /// Gives the memory back; the id is dead afterwards.
  void release(WeightId id);

  /// acc[m][n] = q[m][k] * w[n][k]^T, exact. m >= 1, n and k as uploaded. Throws DeviceError,
  /// TimeoutError or Error prefixed with the matrix's name; the accelerator stays usable.
  void gemm(WeightId id, const int8_t* q, int64_t m, int32_t* acc);

  /// Products that do not depend on each other, queued together. Throws as gemm(); what is in the
  /// acc of any of them is then undefined.
  void gemm_batch(const std::vector<Product>& products);

  /// `observer` is told each product of at most TERCET_MAX_CMD_M rows, when all that was queued
  /// with it is done.
  void observe(std::function<void(const GemmRecord&)> observer) { observer_ = std::move(observer); }

  /// Name of the matrix that has weights at `address` of device memory; empty if none has.
  std::string matrix_at(uint64_t address) const;

  /// Bytes of packed weights in device memory.
  uint64_t weight_bytes() const { return weight_bytes_; }
  const AcceleratorTimes& times() const { return times_; }

  /// The tokens that share one pass over the weights: as few passes as possible, evenly filled.
  static int64_t choose_m_tile(const tercet_config& machine, int64_t m, int64_t k);

 private:
  struct Part {
    int64_t k0;
    int64_t k;
    uint64_t address;
  };
  struct Weights {
    std::string name;
    int64_t n = 0;
    int64_t k = 0;
    Packing packing = Packing::kTwoBit;
    std::vector<Part> parts;  // empty: released
    uint64_t bytes = 0;
  };
  /// A device buffer that grows.
  struct Scratch {
    uint64_t address = 0;
    uint64_t bytes = 0;
  };

  /// A command with the product it is a part of.
  struct Command {
    const Product* product;
    const Weights* weights;
    Gemm gemm;
    bool add;            // to what an earlier part gave
    uint64_t begin = 0;  // cycles, of starting it and of knowing that it is complete
    uint64_t end = 0;
  };

  void reserve(Scratch* scratch, uint64_t bytes);
  const Weights& weights(WeightId id) const;
  void run_together(const std::vector<Product>& products);
  std::vector<Command> prepare(const std::vector<Product>& products);
  void execute(std::vector<Command>* commands);
  void tell(const std::vector<Command>& commands);
  void collect(const Command& command);

  std::unique_ptr<CommandPort> port_;
  DeviceAllocator memory_;
  std::vector<Weights> weights_;
  Scratch activations_;
  Scratch outputs_;
  std::vector<uint8_t> host_;  // one stream
  uint64_t weight_bytes_ = 0;
  AcceleratorTimes times_;
  std::function<void(const GemmRecord&)> observer_;  // may be empty
};

}  // namespace tercet
