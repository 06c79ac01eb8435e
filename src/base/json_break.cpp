#include "base/json_break.h"

#include <algorithm>

#include "base/json.h"

namespace goetia {
namespace {

// Takes a text in without keeping anything of it.
class Passer final : public nlohmann::json_sax<Json> {
  public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(Json::number_integer_t) override { return true; }
    bool number_unsigned(Json::number_unsigned_t) override { return true; }
    bool number_float(Json::number_float_t, const std::string&) override { return true; }
    bool string(std::string&) override { return true; }
    bool binary(Json::binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(std::string&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }

    bool parse_error(std::size_t read, const std::string&, const Json::exception& error) override {
        read_ = read;
        why_ = error.what();
        return false;
    }

    [[nodiscard]] std::size_t read() const { return read_; }

    // Without the words before the reason, and without the bytes read last: they may be long and anything.
    [[nodiscard]] std::string why() const {
        const std::size_t dash = why_.find(" - ");
        const std::string reason = dash == std::string::npos ? why_ : why_.substr(dash + 3);
        return reason.substr(0, reason.find("; last read"));
    }

  private:
    std::size_t read_ = 0;
    std::string why_;
};

}  // namespace

std::optional<JsonBreak> json_break(std::string_view text) {
    Passer passer;
    if (Json::sax_parse(text, &passer)) return std::nullopt;
    const std::string_view whole = text.substr(0, passer.read() == 0 ? 0 : passer.read() - 1);  // behind it, the byte
    const auto lines = static_cast<std::size_t>(std::ranges::count(whole, '\n'));
    const std::size_t begin = lines == 0 ? 0 : whole.rfind('\n') + 1;
    return JsonBreak{lines + 1, whole.size() - begin + 1, passer.why()};
}

}  // namespace goetia
