// Caffe's learning-rate policies, which count iterations: fixed, exp, inv, poly.
#pragma once

#include "component/args.h"
#include "component/schema.h"
#include "learn/schedulers/scheduler.h"

namespace goetia {

class FixedPolicy final : public Scheduler {
  public:
    static Schema schema();
    explicit FixedPolicy(const Args&) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t) const override { return base_lr; }
};

// base_lr * gamma ^ iter
class ExpPolicy final : public Scheduler {
  public:
    static Schema schema();
    explicit ExpPolicy(const Args& args) : gamma_(args.number("gamma")) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    double gamma_;
};

// base_lr * (1 + gamma * iter) ^ -power
class InvPolicy final : public Scheduler {
  public:
    static Schema schema();
    explicit InvPolicy(const Args& args) : gamma_(args.number("gamma")), power_(args.number("power")) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    double gamma_, power_;
};

// base_lr * (1 - iter / max_iter) ^ power
class PolyPolicy final : public Scheduler {
  public:
    static Schema schema();
    static Result<std::unique_ptr<PolyPolicy>> make(const Args& args);
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    PolyPolicy(double last, double power) : last_(last), power_(power) {}
    double last_, power_;
};

}  // namespace goetia
