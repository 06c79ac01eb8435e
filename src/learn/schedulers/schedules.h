// The schedules that follow from the count alone. Each is the closed form of torch.optim.lr_scheduler's class of the
// same name.
#pragma once

#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/schedulers/scheduler.h"

namespace goetia {

// Adds the keys every `scheduler` section takes: `by`, which counts `usual` unless given, and `warmup` (read by
// LearningRate).
Schema with_schedule_keys(Schema schema, const std::string& usual = "epoch");

class CosineAnnealingLR final : public Scheduler {
  public:
    static Schema schema();
    static Result<std::unique_ptr<CosineAnnealingLR>> make(const Args& args);
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    CosineAnnealingLR(double t_max, double eta_min) : t_max_(t_max), eta_min_(eta_min) {}
    double t_max_, eta_min_;
};

class StepLR final : public Scheduler {
  public:
    static Schema schema();
    explicit StepLR(const Args& args) : step_size_(args.integer("step_size")), gamma_(args.number("gamma")) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    std::int64_t step_size_;
    double gamma_;
};

class MultiStepLR final : public Scheduler {
  public:
    static Schema schema();
    explicit MultiStepLR(const Args& args)
        : milestones_(args.list<std::int64_t>("milestones")), gamma_(args.number("gamma")) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    std::vector<std::int64_t> milestones_;
    double gamma_;
};

class ExponentialLR final : public Scheduler {
  public:
    static Schema schema();
    explicit ExponentialLR(const Args& args) : gamma_(args.number("gamma")) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    double gamma_;
};

class PolynomialLR final : public Scheduler {
  public:
    static Schema schema();
    static Result<std::unique_ptr<PolynomialLR>> make(const Args& args);
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    PolynomialLR(double total, double power) : total_(total), power_(power) {}
    double total_, power_;
};

class ConstantLR final : public Scheduler {
  public:
    static Schema schema();
    explicit ConstantLR(const Args& args) : factor_(args.number("factor")), total_(args.integer("total_iters")) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    double factor_;
    std::int64_t total_;
};

class LinearLR final : public Scheduler {
  public:
    static Schema schema();
    static Result<std::unique_ptr<LinearLR>> make(const Args& args);
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    LinearLR(double start, double end, double total) : start_(start), end_(end), total_(total) {}
    double start_, end_, total_;
};

class CosineAnnealingWarmRestarts final : public Scheduler {
  public:
    static Schema schema();
    explicit CosineAnnealingWarmRestarts(const Args& args)
        : first_(args.integer("T_0")), factor_(args.integer("T_mult")), eta_min_(args.number("eta_min")) {}
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    std::int64_t first_, factor_;
    double eta_min_;
};

}  // namespace goetia
