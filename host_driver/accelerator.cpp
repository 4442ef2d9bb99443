// SPDX-License-Identifier: Apache-2.0
// Uploads weights, cuts products into commands, puts the results together.
#include "host_driver/accelerator.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/stopwatch.h"
#include "host_driver/driver.h"

namespace tercet {
namespace {

uint64_t round_to_page(int64_t bytes) {
  return (static_cast<uint64_t>(bytes) + kPageBytes - 1) / kPageBytes * kPageBytes;
}

}  // namespace

Accelerator::Accelerator(std::unique_ptr<CommandPort> port)
    : port_(std::move(port)), memory_(kFirstAddress, port_->memory_end(), kPageBytes) {}

Accelerator::Accelerator(Transport& transport, const tercet_config& machine,
                         uint64_t timeout_cycles)
    : Accelerator(std::make_unique<Driver>(transport, machine, timeout_cycles)) {}

int64_t Accelerator::choose_m_tile(const tercet_config& machine, int64_t m, int64_t k) {
  const int64_t passes = divide_up(m, max_m_tile(machine, k));
  return divide_up(m, passes);
}

Accelerator::WeightId Accelerator::upload(const WeightMatrix& w, Packing packing) {
  const Stopwatch watch;
  if (w.n < 1 || w.k < 1) fail("{}: N = {}, K = {}: both must be >= 1", w.name, w.n, w.k);
  if (w.n > TERCET_MAX_CMD_N) {
    fail("{}: N = {} is over the limit {}", w.name, w.n, static_cast<int>(TERCET_MAX_CMD_N));
  }
  Weights weights{w.name, w.n, w.k, packing, {}, 0};
  const int64_t rows = machine().rows;
  const int64_t longest = machine().k_max / rows * rows;
  for (int64_t k0 = 0; k0 < w.k; k0 += longest) {
    const int64_t k = std::min(longest, w.k - k0);
    const uint64_t bytes =
        static_cast<uint64_t>(weight_beats(machine(), packing, w.n, k)) * machine().axi_bytes;
    try {
      weights.parts.push_back({k0, k, memory_.allocate(bytes)});
    } catch (const Error& error) {
      for (const Part& part : weights.parts) memory_.release(part.address);
      fail("{}: {}", w.name, error.what());
    }
    uint64_t address = weights.parts.back().address;
    pack_weights(machine(), packing, w, k0, k, [&](const uint8_t* data, size_t size) {
      port_->transport().mem_write(address, data, size);
      address += size;
    });
    weights.bytes += bytes;
  }
  weight_bytes_ += weights.bytes;
  weights_.push_back(std::move(weights));
  times_.packing += watch.seconds();
  return weights_.size() - 1;
}

void Accelerator::release(WeightId id) {
  if (id >= weights_.size() || weights_[id].parts.empty()) fail("weights {} are not uploaded", id);
  for (const Part& part : weights_[id].parts) memory_.release(part.address);
  weight_bytes_ -= weights_[id].bytes;
  weights_[id] = {};
}

const Accelerator::Weights& Accelerator::weights(WeightId id) const {
  if (id >= weights_.size() || weights_[id].parts.empty()) fail("weights {} are not uploaded", id);
  return weights_[id];
}

void Accelerator::gemm(WeightId id, const int8_t* q, int64_t m, int32_t* acc) {
  gemm_batch({{id, q, m, acc}});
}

void Accelerator::gemm_batch(const std::vector<Product>& products) {
  std::vector<Product> together;
  for (const Product& product : products) {
    const Weights& w = weights(product.id);
    if (product.m < 1) fail("{}: M = {} must be >= 1", w.name, product.m);
    for (int64_t m0 = 0; m0 < product.m; m0 += TERCET_MAX_CMD_M) {
      const int64_t rows = std::min<int64_t>(TERCET_MAX_CMD_M, product.m - m0);
      together.push_back({product.id, product.q + m0 * w.k, rows, product.acc + m0 * w.n});
      if (rows < TERCET_MAX_CMD_M) continue;
      run_together(together);  // a product of many commands: they need its buffers again
      together.clear();
    }
  }
  if (!together.empty()) run_together(together);
}

void Accelerator::reserve(Scratch* scratch, uint64_t bytes) {
  if (bytes <= scratch->bytes) return;
  if (scratch->bytes != 0) memory_.release(scratch->address);
  scratch->bytes = 0;
  scratch->address = memory_.allocate(bytes);
  scratch->bytes = bytes;
}

void Accelerator::run_together(const std::vector<Product>& products) {
  Stopwatch watch;
  std::vector<Command> commands = prepare(products);
  times_.host += watch.lap();
  execute(&commands);
  times_.device += watch.lap();
  if (observer_) tell(commands);
  for (const Command& command : commands) collect(command);
  times_.host += watch.lap();
}

std::vector<Accelerator::Command> Accelerator::prepare(const std::vector<Product>& products) {
  std::vector<Command> commands;
  uint64_t act_end = 0;
  uint64_t out_end = 0;
  uint64_t longest = 0;
  for (const Product& product : products) {
    const Weights& w = weights(product.id);
    for (const Part& part : w.parts) {
      Gemm gemm;
      gemm.m = product.m;
      gemm.n = w.n;
      gemm.k = part.k;
      gemm.m_tile = choose_m_tile(machine(), product.m, part.k);
      gemm.packing = w.packing;
      gemm.activations = act_end;  // in the buffers, which may move yet
      gemm.weights = part.address;
      gemm.outputs = out_end;
      const int64_t act_bytes = activation_beats(machine(), gemm.m, part.k) * machine().rows;
      const int64_t out_bytes = output_bytes(machine(), gemm.m, gemm.n);
      act_end += round_to_page(act_bytes);
      out_end += round_to_page(out_bytes);
      longest =
          std::max({longest, static_cast<uint64_t>(act_bytes), static_cast<uint64_t>(out_bytes)});
      commands.push_back({&product, &w, gemm, part.k0 != 0, 0, 0});
    }
  }
  reserve(&activations_, act_end);
  reserve(&outputs_, out_end);
  host_.resize(longest);
  size_t i = 0;
  for (const Product& product : products) {
    for (const Part& part : weights(product.id).parts) {
      Gemm& gemm = commands[i++].gemm;
      gemm.activations += activations_.address;
      gemm.outputs += outputs_.address;
      pack_activations(machine(), product.q, gemm.m, weights(product.id).k, part.k0, part.k,
                       gemm.m_tile, host_.data());
      port_->transport().mem_write(
          gemm.activations, host_.data(),
          static_cast<uint64_t>(activation_beats(machine(), gemm.m, part.k)) * machine().rows);
    }
  }
  return commands;
}

void Accelerator::execute(std::vector<Command>* commands) {
  Transport& transport = port_->transport();
  const Weights* doubtful = nullptr;  // whose command an error would be about
  try {
    std::vector<Gemm> gemms;
    for (const Command& command : *commands) gemms.push_back(command.gemm);
    doubtful = commands->front().weights;
    const uint64_t begin = transport.cycle();
    const std::vector<uint64_t> tickets = port_->start_all(gemms);
    for (size_t i = 0; i < tickets.size(); ++i) {
      Command& command = (*commands)[i];
      doubtful = command.weights;
      command.begin = begin;
      port_->wait(tickets[i]);
      command.end = transport.cycle();
    }
  } catch (const DeviceError& error) {
    throw DeviceError(error.code(), doubtful->name + ": " + error.what());
  } catch (const TimeoutError& error) {
    throw TimeoutError(doubtful->name + ": " + error.what());
  }
}

void Accelerator::tell(const std::vector<Command>& commands) {
  for (auto first = commands.begin(); first != commands.end();) {
    const auto last = std::find_if(first, commands.end(), [&](const Command& command) {
      return command.product != first->product;
    });
    const Weights& w = *first->weights;
    observer_({w.name, first->gemm.m, w.n, w.k, w.packing, first->begin, std::prev(last)->end,
               static_cast<size_t>(last - first)});
    first = last;
  }
}

void Accelerator::collect(const Command& command) {
  const Gemm& gemm = command.gemm;
  port_->transport().mem_read(gemm.outputs, host_.data(),
                              static_cast<uint64_t>(output_bytes(machine(), gemm.m, gemm.n)));
  unpack_outputs(machine(), host_.data(), gemm.m, gemm.n, gemm.m_tile, command.add,
                 command.product->acc);
}

std::string Accelerator::matrix_at(uint64_t address) const {
  for (const Weights& w : weights_) {
    for (const Part& part : w.parts) {
      const auto beats = static_cast<uint64_t>(weight_beats(machine(), w.packing, w.n, part.k));
      if (address - part.address < beats * machine().axi_bytes) return w.name;  // wraps below it
    }
  }
  return "";
}

}  // namespace tercet
