// Carries one append-only file to the master: a state machine without files, sockets or clocks. What is known is the
// file's length here and, from the master's last answer, its length there; whatever is lost, repeated or torn on the
// way, the next answer says where to go on.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/requests.h"

namespace goetia {

struct StreamAsk {
    std::uint32_t generation = 0;
    std::int64_t offset = 0;
    std::int64_t bytes = 0;  // to read from the file at `offset` and send
    bool check = false;      // send the hash of what lies before the offset
    bool parted = false;     // send a hash that fits nothing: the master holds more than there is here
    bool ends = false;
};

class StreamReplica {
  public:
    // The file as it is now; `ended`: nothing will be appended any more.
    void local(std::int64_t length, bool ended);
    // A new session: the master's length must be asked for again, and what lies before it compared.
    void disconnected();
    // The master refused: nothing is asked until resume().
    void resume() { refused_ = false; }

    // What to ask of the master now; empty: nothing is to do. `most`: bytes of one request.
    [[nodiscard]] std::optional<StreamAsk> next(std::int64_t most) const;
    void answer(const StreamAsk& ask, const AppendAnswer& answer);

    [[nodiscard]] bool whole() const { return ended_ && ended_there_ && there_ == here_; }
    [[nodiscard]] std::uint32_t generation() const { return generation_; }
    [[nodiscard]] std::int64_t there() const { return there_; }

  private:
    std::int64_t here_ = 0, there_ = 0;  // lengths: of the file, and the master's as it last said
    std::uint32_t generation_ = 0;
    bool ended_ = false, ended_there_ = false;
    bool checked_ = false;  // in this session the master's end was found to be ours
    bool refused_ = false;
};

}  // namespace goetia
