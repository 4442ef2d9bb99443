// SPDX-License-Identifier: Apache-2.0
// Simulates a mapped netlist on a stream of input vectors and counts what happens at every pin.
//
//   activity NETLIST STIMULUS OUTPUTS COUNTS
//
// With delays (MODE 1) pulses shorter than a gate's delay are swallowed, longer ones are glitches
// that count; without (MODE 0) each net changes at most once a cycle. A cycle: the clock rises on
// the inputs of the cycle before, the inputs change, everything settles, outputs are written, the
// clock has fallen half-way. activity.py writes NETLIST.
//
// COUNTS has a line `g GATE PIN STATE KIND COUNT` or `f FLOP STATE KIND COUNT` for each event that
// happened. STATE has the gate's inputs as bits after the event; KIND is 0 where an input changed
// and the output will not follow, 1 output rose, 2 output fell. A flop's STATE is {q, d} and KIND 0
// clock rose and q stays, 1 q rose, 2 q fell, 3 clock fell, 4 d rose, 5 d fell while the clock was
// high, 6 and 7 while it was low. `n NET COUNT` counts toggles, `c CLOCKGATE COUNT` the cycles in
// which a clock gate let the clock through, as its enable was 1 before the edge.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <queue>
#include <string>
#include <vector>

namespace {

using Time = uint64_t;  // fs

struct Gate {
  uint32_t out = 0;
  std::vector<uint32_t> inputs;
  uint64_t table = 0;                   // bit s: the output in state s
  std::vector<Time> rise, fall;         // by input
  std::vector<uint64_t> counts;         // [pin][state][kind]
  uint32_t cause = 0, cause_state = 0;  // the pin that started it, and the state then
  bool pending = false, value = false;  // an output event that is on its way
  uint64_t event = 0;                   // its number
};

struct ClockGate {
  uint32_t enable = 0;
  bool open = false;  // in this cycle
  uint64_t opened = 0;
};

struct Flop {
  uint32_t data = 0, out = 0;
  int32_t gate = -1;  // the clock gate before it
  bool inverting = false;
  Time rise = 0, fall = 0;
  uint64_t counts[4][8] = {};  // [q, d][kind]
};

struct Event {
  Time time;
  uint64_t number;
  uint32_t net, gate;  // gate: kNone for an input or flop
  bool value;
  bool operator<(const Event& other) const {
    return time != other.time ? time > other.time : number > other.number;
  }
};
constexpr uint32_t kNone = ~0u;

class Simulator {
 public:
  explicit Simulator(std::istream& in) {
    size_t nets = 0, gates = 0, flops = 0;
    in >> delays_ >> period_ >> skew_ >> nets;
    values_.assign(nets, 0);
    values_.at(1) = 1;
    toggles_.assign(nets, 0);
    readers_.resize(nets);
    flop_readers_.resize(nets);
    read_ports(in, inputs_);
    read_ports(in, outputs_);
    in >> gates;
    gates_.resize(gates);
    for (uint32_t g = 0; g < gates; ++g) {
      Gate& gate = gates_[g];
      size_t pins = 0;
      in >> gate.out >> pins >> gate.table;
      gate.inputs.resize(pins);
      gate.rise.resize(pins);
      gate.fall.resize(pins);
      gate.counts.resize(pins * 3 << pins);
      for (size_t i = 0; i < pins; ++i) {
        in >> gate.inputs[i] >> gate.rise[i] >> gate.fall[i];
        readers_[gate.inputs[i]].push_back({g, static_cast<uint32_t>(i)});
      }
    }
    size_t clock_gates = 0;
    in >> clock_gates;
    clock_gates_.resize(clock_gates);
    for (ClockGate& gate : clock_gates_) in >> gate.enable;
    in >> flops;
    flops_.resize(flops);
    for (uint32_t f = 0; f < flops; ++f) {
      Flop& flop = flops_[f];
      in >> flop.data >> flop.out >> flop.gate >> flop.inverting >> flop.rise >> flop.fall;
      flop_readers_[flop.data].push_back(f);
      values_[flop.out] = flop.inverting;  // as if 0 had been loaded
    }
    if (!in) throw std::string("the netlist ends early");
    for (const Gate& gate : gates_) values_[gate.out] = evaluate(gate);
  }

  void run(std::istream& stimulus, std::ostream& outputs) {
    std::vector<char> vector(bytes(inputs_));
    while (stimulus.read(vector.data(), static_cast<std::streamsize>(vector.size()))) {
      cycle(vector);
      write(outputs);
    }
    if (stimulus.gcount() != 0) throw std::string("the stimulus ends within a vector");
  }

  void print(std::ostream& out) const {
    for (size_t g = 0; g < gates_.size(); ++g) {
      const Gate& gate = gates_[g];
      const size_t states = size_t{1} << gate.inputs.size();
      for (size_t i = 0; i < gate.counts.size(); ++i) {
        if (gate.counts[i] == 0) continue;
        out << "g " << g << ' ' << i / 3 / states << ' ' << i / 3 % states << ' ' << i % 3 << ' '
            << gate.counts[i] << '\n';
      }
    }
    for (size_t f = 0; f < flops_.size(); ++f) {
      for (int state = 0; state < 4; ++state) {
        for (int kind = 0; kind < 8; ++kind) {
          const uint64_t count = flops_[f].counts[state][kind];
          if (count != 0) out << "f " << f << ' ' << state << ' ' << kind << ' ' << count << '\n';
        }
      }
    }
    for (size_t c = 0; c < clock_gates_.size(); ++c) {
      out << "c " << c << ' ' << clock_gates_[c].opened << '\n';
    }
    for (size_t n = 0; n < toggles_.size(); ++n) {
      if (toggles_[n] != 0) out << "n " << n << ' ' << toggles_[n] << '\n';
    }
  }

 private:
  struct Reader {
    uint32_t gate, pin;
  };
  using Ports = std::vector<std::vector<uint32_t>>;

  static void read_ports(std::istream& in, Ports& ports) {
    size_t count = 0;
    in >> count;
    ports.resize(count);
    for (auto& port : ports) {
      in >> count;
      port.resize(count);
      for (uint32_t& net : port) in >> net;
    }
  }
  static size_t bytes(const Ports& ports) {
    size_t sum = 0;
    for (const auto& port : ports) sum += (port.size() + 7) / 8;
    return sum;
  }

  uint32_t state(const Gate& gate) const {
    uint32_t bits = 0;
    for (size_t i = 0; i < gate.inputs.size(); ++i) bits |= uint32_t{values_[gate.inputs[i]]} << i;
    return bits;
  }
  bool evaluate(const Gate& gate) const { return (gate.table >> state(gate) & 1) != 0; }
  static void count(Gate& gate, uint32_t pin, uint32_t state, uint32_t kind) {
    ++gate.counts[((size_t{pin} << gate.inputs.size()) + state) * 3 + kind];
  }

  void push(Time time, uint32_t net, uint32_t gate, bool value) {
    queue_.push({time, ++number_, net, gate, value});
  }

  void cycle(const std::vector<char>& vector) {
    const Time start = now_;
    for (ClockGate& gate : clock_gates_) {
      gate.open = values_[gate.enable] != 0;
      gate.opened += gate.open;
    }
    for (Flop& flop : flops_) {
      if (clocked(flop)) clock(flop, start);
    }
    // Inputs change a little after the edge.
    size_t at = 0;
    for (const auto& port : inputs_) {
      for (size_t b = 0; b < port.size(); ++b) {
        const bool value = (vector[at + b / 8] >> (b % 8) & 1) != 0;
        if (value != (values_[port[b]] != 0)) push(start + skew_, port[b], kNone, value);
      }
      at += (port.size() + 7) / 8;
    }
    fall_ = start + period_ / 2;
    if (delays_) {
      settle();
    } else {
      sweep();
    }
    for (Flop& flop : flops_) {
      if (clocked(flop)) ++flop.counts[flop_state(flop)][3];
    }
    now_ = start + period_;
    if (last_ >= now_) throw std::string("signals settle later than the clock period");
  }

  bool clocked(const Flop& flop) const {
    return flop.gate < 0 || clock_gates_[static_cast<size_t>(flop.gate)].open;
  }
  uint32_t flop_state(const Flop& flop) const {
    return uint32_t{values_[flop.out]} << 1 | uint32_t{values_[flop.data]};
  }

  void clock(Flop& flop, Time start) {
    const bool next = (values_[flop.data] != 0) != flop.inverting;
    const bool changes = next != (values_[flop.out] != 0);
    ++flop.counts[flop_state(flop)][!changes ? 0 : next ? 1 : 2];
    if (changes) push(start + (next ? flop.rise : flop.fall), flop.out, kNone, next);
  }

  /// A net takes a new value; its gates look, and may schedule or withdraw an event of their own.
  void change(uint32_t net, bool value) {
    values_[net] = value;
    ++toggles_[net];
    for (const uint32_t f : flop_readers_[net]) {
      Flop& flop = flops_[f];
      const bool low = (delays_ && last_ >= fall_) || !clocked(flop);
      ++flop.counts[flop_state(flop)][(low ? 6 : 4) + (value ? 0 : 1)];
    }
  }

  void settle() {
    while (!queue_.empty()) {
      const Event event = queue_.top();
      queue_.pop();
      if (event.gate != kNone) {
        Gate& gate = gates_[event.gate];
        if (!gate.pending || gate.event != event.number) continue;  // withdrawn
        gate.pending = false;
        count(gate, gate.cause, state(gate), event.value ? 1 : 2);
      }
      last_ = event.time;
      change(event.net, event.value);
      for (const Reader reader : readers_[event.net]) look(reader, event.time);
    }
  }

  void look(Reader reader, Time time) {
    Gate& gate = gates_[reader.gate];
    const uint32_t bits = state(gate);
    const bool next = (gate.table >> bits & 1) != 0;
    const bool expected = gate.pending ? gate.value : values_[gate.out] != 0;
    if (next == expected) {
      count(gate, reader.pin, bits, 0);
      return;
    }
    gate.pending = !gate.pending;
    if (!gate.pending) {  // back before it came out: neither change is followed
      count(gate, gate.cause, gate.cause_state, 0);
      count(gate, reader.pin, bits, 0);
      return;
    }
    gate.cause = reader.pin;
    gate.cause_state = bits;
    gate.value = next;
    push(time + (next ? gate.rise : gate.fall)[reader.pin], gate.out, reader.gate, next);
    gate.event = number_;
  }

  /// No delays: flops and inputs, then each gate once, in topological order.
  void sweep() {
    std::vector<char> changed(values_.size());
    while (!queue_.empty()) {
      changed[queue_.top().net] = 1;
      change(queue_.top().net, queue_.top().value);
      queue_.pop();
    }
    for (Gate& gate : gates_) {
      uint32_t cause = kNone;
      const uint32_t bits = state(gate);
      const bool next = (gate.table >> bits & 1) != 0;
      const bool toggles = next != (values_[gate.out] != 0);
      for (uint32_t i = 0; i < gate.inputs.size(); ++i) {
        if (!changed[gate.inputs[i]]) continue;
        if (cause != kNone) count(gate, cause, bits, 0);
        cause = i;
      }
      if (cause == kNone) continue;
      count(gate, cause, bits, !toggles ? 0 : next ? 1 : 2);
      if (!toggles) continue;
      changed[gate.out] = 1;
      change(gate.out, next);
    }
  }

  void write(std::ostream& out) const {
    for (const auto& port : outputs_) {
      for (size_t b = 0; b < port.size(); b += 8) {
        uint8_t byte = 0;
        for (size_t i = b; i < port.size() && i < b + 8; ++i) {
          byte = static_cast<uint8_t>(byte | values_[port[i]] << (i - b));
        }
        out.put(static_cast<char>(byte));
      }
    }
  }

  bool delays_ = false;
  Time period_ = 0, skew_ = 0, now_ = 0, last_ = 0, fall_ = 0;
  uint64_t number_ = 0;
  std::vector<uint8_t> values_;
  std::vector<uint64_t> toggles_;
  std::vector<std::vector<Reader>> readers_;
  std::vector<std::vector<uint32_t>> flop_readers_;
  Ports inputs_, outputs_;
  std::vector<Gate> gates_;
  std::vector<ClockGate> clock_gates_;
  std::vector<Flop> flops_;
  std::priority_queue<Event> queue_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: activity NETLIST STIMULUS OUTPUTS COUNTS\n";
    return 2;
  }
  std::ifstream netlist(argv[1]);
  std::ifstream stimulus(argv[2], std::ios::binary);
  std::ofstream outputs(argv[3], std::ios::binary);
  std::ofstream counts(argv[4]);
  try {
    Simulator simulator(netlist);
    simulator.run(stimulus, outputs);
    simulator.print(counts);
  } catch (const std::string& error) {
    std::cerr << "activity: " << error << '\n';
    return 1;
  }
  return outputs.flush() && counts.flush() ? 0 : 1;
}
