// Result<T>: a value or an Error, for expected faults. Exceptions never leave a room; assert is for programming errors
// only.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"

namespace goetia {

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return assert(ok()), std::get<0>(state_); }
    const T& value() const& { return assert(ok()), std::get<0>(state_); }
    T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    Error& error() & { return assert(!ok()), std::get<1>(state_); }
    const Error& error() const& { return assert(!ok()), std::get<1>(state_); }
    Error&& error() && { return assert(!ok()), std::get<1>(std::move(state_)); }

  private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return !error_; }
    explicit operator bool() const { return ok(); }

    Error& error() & { return assert(error_), *error_; }
    const Error& error() const& { return assert(error_), *error_; }
    Error&& error() && { return assert(error_), *std::move(error_); }

  private:
    std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace goetia

#define GOETIA_CONCAT_(a, b) a##b
#define GOETIA_CONCAT(a, b) GOETIA_CONCAT_(a, b)

// GOETIA_TRY(status_expression): returns its error, if any, to the caller.
#define GOETIA_TRY(expression)                                                                          \
    do {                                                                                                \
        if (auto goetia_status = (expression); !goetia_status) return std::move(goetia_status).error(); \
    } while (false)

// GOETIA_ASSIGN(auto x, result_expression): x is the value, or the error is returned to the caller.
#define GOETIA_ASSIGN(declaration, expression) \
    GOETIA_ASSIGN_(declaration, expression, GOETIA_CONCAT(goetia_result_, __COUNTER__))
#define GOETIA_ASSIGN_(declaration, expression, name) \
    auto name = (expression);                         \
    if (!name) return std::move(name).error();        \
    declaration = std::move(name).value()
