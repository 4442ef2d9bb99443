// SPDX-License-Identifier: Apache-2.0
// SentencePiece's sentencepiece_model.proto on the wire (protobuf encoding: varints and lengths).
#include "model/tokenizer/piece_proto.h"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace tercet {
namespace {

// Field numbers of ModelProto, SentencePiece, TrainerSpec and NormalizerSpec.
constexpr uint32_t kPieces = 1, kTrainer = 2, kNormalizer = 3;
constexpr uint32_t kText = 1, kScore = 2, kKind = 3;
constexpr uint32_t kModelType = 3, kSpaceAsSuffix = 24, kByteFallback = 35, kUnknownId = 40;
constexpr uint32_t kCharsMap = 2, kDummyPrefix = 3, kRemoveExtra = 4, kEscapeSpaces = 5;
constexpr uint64_t kBpe = 2;  // of kModelType

enum Wire : uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

/// One field of a message.
struct Field {
  uint32_t number = 0;
  uint32_t wire = 0;
  uint64_t value = 0;      ///< of a varint or a fixed one
  std::string_view bytes;  ///< of a length-delimited one
};

class Reader {
 public:
  Reader(std::string_view data, const std::string& where) : data_(data), where_(where) {}

  bool next(Field* field) {
    if (data_.empty()) return false;
    const uint64_t tag = varint();
    field->number = static_cast<uint32_t>(tag >> 3);
    field->wire = static_cast<uint32_t>(tag & 7);
    switch (field->wire) {
      case kVarint:
        field->value = varint();
        return true;
      case kLength:
        field->bytes = take(varint());
        return true;
      case kFixed32:
      case kFixed64: {
        const std::string_view raw = take(field->wire == kFixed32 ? 4 : 8);
        field->value = 0;
        std::memcpy(&field->value, raw.data(), raw.size());
        return true;
      }
      default:
        fail("{}: field {} has wire type {}", where_, field->number, field->wire);
    }
  }

 private:
  std::string_view take(uint64_t size) {
    if (size > data_.size()) {
      fail("{}: a field of {} bytes, the file has {} more", where_, size, data_.size());
    }
    const std::string_view part = data_.substr(0, size);
    data_.remove_prefix(size);
    return part;
  }

  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<uint8_t>(take(1)[0]);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail("{}: a number longer than 64 bits", where_);
  }

  std::string_view data_;
  const std::string& where_;
};

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void put_number(std::string& out, uint32_t field, uint64_t value) {
  put_varint(out, field << 3 | kVarint);
  put_varint(out, value);
}

void put_bytes(std::string& out, uint32_t field, std::string_view bytes) {
  put_varint(out, field << 3 | kLength);
  put_varint(out, bytes.size());
  out += bytes;
}

void read_piece(const Field& message, const std::string& where, PieceVocab& vocab) {
  std::string text;
  float score = 0.0f;
  uint64_t kind = 1;
  Reader reader(message.bytes, where);
  for (Field field; reader.next(&field);) {
    if (field.number == kText && field.wire == kLength) text = field.bytes;
    if (field.number == kScore && field.wire == kFixed32) std::memcpy(&score, &field.value, 4);
    if (field.number == kKind && field.wire == kVarint) kind = field.value;
  }
  if (kind < 1 || kind > 6) {
    fail("{}: piece {} has type {}, not in [1, 6]", where, vocab.tokens.size(), kind);
  }
  vocab.tokens.push_back(std::move(text));
  vocab.scores.push_back(score);
  vocab.kinds.push_back(static_cast<TokenKind>(kind));
}

/// What decides whether GGUF can say the same, with the values of files that do not say.
struct Kind {
  uint64_t type = 1;  // Unigram
  bool suffix = false;
  bool normalises = false;
  bool escapes = true;

  const char* beyond_gguf() const {
    if (type != kBpe) return "another type than BPE";
    if (suffix) return "spaces at the ends of words";
    if (normalises) return "a normaliser";
    return escapes ? "" : "unescaped spaces";
  }
};

void read_trainer(const Field& message, const std::string& where, Kind& kind) {
  Reader reader(message.bytes, where);
  for (Field field; reader.next(&field);) {
    if (field.wire != kVarint) continue;
    if (field.number == kModelType) kind.type = field.value;
    if (field.number == kSpaceAsSuffix) kind.suffix = field.value != 0;
  }
}

void read_normalizer(const Field& message, const std::string& where, PieceVocab& vocab,
                     Kind& kind) {
  Reader reader(message.bytes, where);
  for (Field field; reader.next(&field);) {
    if (field.number == kCharsMap && field.wire == kLength) kind.normalises = !field.bytes.empty();
    if (field.wire != kVarint) continue;
    if (field.number == kDummyPrefix) vocab.dummy_prefix = field.value != 0;
    if (field.number == kRemoveExtra) vocab.remove_extra = field.value != 0;
    if (field.number == kEscapeSpaces) kind.escapes = field.value != 0;
  }
}

}  // namespace

PieceVocab parse_pieces(std::string proto, const std::string& where) {
  PieceVocab vocab;
  Kind kind;
  Reader reader(proto, where);
  for (Field field; reader.next(&field);) {
    if (field.wire != kLength) continue;
    if (field.number == kPieces) read_piece(field, where, vocab);
    if (field.number == kTrainer) read_trainer(field, where, kind);
    if (field.number == kNormalizer) read_normalizer(field, where, vocab, kind);
  }
  if (vocab.tokens.empty()) fail("{}: no pieces; not a SentencePiece model", where);
  vocab.beyond_gguf = kind.beyond_gguf();
  vocab.proto = std::move(proto);
  return vocab;
}

std::string write_pieces(const PieceVocab& vocab) {
  std::string out;
  std::string trainer;
  bool bytes = false;
  put_number(trainer, kModelType, kBpe);
  for (size_t i = 0; i < vocab.tokens.size(); ++i) {
    append_piece(out, vocab.tokens[i], vocab.scores[i], vocab.kinds[i]);
    bytes |= vocab.kinds[i] == TokenKind::kByte;
    if (vocab.kinds[i] == TokenKind::kUnknown) put_number(trainer, kUnknownId, i);
  }
  put_number(trainer, kByteFallback, bytes ? 1 : 0);
  put_bytes(out, kTrainer, trainer);
  std::string normalizer;
  put_number(normalizer, kDummyPrefix, vocab.dummy_prefix ? 1 : 0);
  put_number(normalizer, kRemoveExtra, vocab.remove_extra ? 1 : 0);
  put_bytes(out, kNormalizer, normalizer);
  return out;
}

void append_piece(std::string& proto, const std::string& text, float score, TokenKind kind) {
  std::string piece;
  put_bytes(piece, kText, text);
  put_varint(piece, kScore << 3 | kFixed32);
  piece.append(reinterpret_cast<const char*>(&score), sizeof(float));
  put_number(piece, kKind, static_cast<uint64_t>(kind));
  put_bytes(proto, kPieces, piece);
}

std::string piece_of(const std::string& text) {
  std::string piece;
  for (const char c : text) {
    if (c == ' ') {
      piece += "\xe2\x96\x81";
    } else {
      piece += c;
    }
  }
  return piece;
}

std::string without_prefix(const std::string& proto) {
  std::string normalizer;
  put_number(normalizer, kDummyPrefix, 0);
  std::string out = proto;  // a message that appears twice is merged, its last fields hold
  put_bytes(out, kNormalizer, normalizer);
  return out;
}

}  // namespace tercet
