#include "learn/hooks/evaluation_notes.h"

#include <set>

#include <gtest/gtest.h>

#include "metrics/score_curves.h"
#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;

std::vector<Drawing> seen() {
    ScoreCurves curves(2, true, true);
    Truth truth;
    truth.labels = {0, 1, 1};
    curves.update(ClassScores{2, {0.9F, 0.1F, 0.2F, 0.8F, 0.6F, 0.4F}}, truth);
    std::vector<Drawing> drawings = curves.drawings();
    drawings.push_back({"confusion_matrix", MatrixDrawing{.counts = {{3, 0}, {1.5, 2}}, .normalized = {}}});
    return drawings;
}

TEST(EvaluationNotes, hold_what_plots_show_as_data) {
    const EvaluationRecord record = evaluation_record(
        seen(), {"a", ""},
        {.confusion_matrix = true, .confusion_normalized = false, .pr_curve = true, .roc_curve = true});
    EXPECT_EQ(to_json(record)["confusion_matrix"],
              Json::parse(R"({"normalize": false, "cells": [[0, 0, 3.0], [1, 0, 1.5], [1, 1, 2.0]]})"));
    ASSERT_TRUE(record.pr && record.roc);
    EXPECT_EQ(record.pr->classes, 2);
    ASSERT_EQ(record.roc->shown.size(), 2U);
    EXPECT_EQ(record.roc->shown[0].name, "a");
    EXPECT_EQ(record.roc->shown[1].name, "1") << "a class without a name has its number";
    EXPECT_EQ(record.roc->shown[0].score, 1.0);
    EXPECT_EQ(record.roc->mean.x.size(), record.roc->mean.y.size());
}

TEST(EvaluationNotes, hold_nothing_that_is_not_wanted) {
    const EvaluationRecord record = evaluation_record(seen(), {"a", "b"}, {});
    EXPECT_FALSE(record.confusion_matrix || record.pr || record.roc);
}

// Metrics of an epoch are in its record, and nowhere else.
TEST(EvaluationNotes, an_epoch_is_journaled_once) {
    Toy toy = make_toy(1, 2);
    Trainer trainer(std::move(toy.parts), nobody());
    ASSERT_TRUE(trainer.run().ok());
    std::set<std::string> points;
    for (const auto& [name, value] : toy.recorded->points) points.insert(name);
    EXPECT_FALSE(points.contains("train/epoch_loss") || points.contains("train/accuracy_top1"));
    int epochs = 0;
    for (const auto& [type, body] : toy.recorded->records) {
        if (type != RecordType::kEpoch) continue;
        ++epochs;
        EXPECT_TRUE(record_from<EpochRecord>(body).metrics.contains("train/loss"));
    }
    EXPECT_EQ(epochs, 1);
}

}  // namespace
}  // namespace goetia
