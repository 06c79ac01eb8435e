#include "base/json_syntax_error.h"

#include <algorithm>

#include "base/json.h"

namespace goetia {
namespace {

// A SAX handler that validates without storing anything.
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

    // Without the prefix before the reason and without the bytes read last, which may be long and arbitrary.
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

std::optional<JsonSyntaxError> find_json_syntax_error(std::string_view text) {
    Passer passer;
    if (Json::sax_parse(text, &passer)) return std::nullopt;
    const std::string_view valid =
        text.substr(0, passer.read() == 0 ? 0 : passer.read() - 1);  // the last byte read is the offending one
    const auto lines = static_cast<std::size_t>(std::ranges::count(valid, '\n'));
    const std::size_t begin = lines == 0 ? 0 : valid.rfind('\n') + 1;
    return JsonSyntaxError{lines + 1, valid.size() - begin + 1, passer.why()};
}

}  // namespace goetia
