#include <gmock/gmock.h>

#include "config/sweep_axes.h"
#include "testkit/config_folder.h"

namespace goetia::config {
namespace {

using testing::HasSubstr;

const Texts kTree{
    {"config.yaml", "defaults:\n  - db: mysql\n  - _self_\nname: run\ntraining: {epochs: 3, batch_size: 8}\n"},
    {"db/mysql.yaml", "driver: mysql\nport: 3306\n"},
    {"db/postgres.yaml", "driver: postgres\nport: 5432\n"},
    {"server/small.yaml", "# @package app.server\nsize: 1\n"},
};

TEST(Compose, groups_are_chosen_changed_and_added) {
    const Files files(kTree);
    EXPECT_EQ(files.document()["db"]["driver"], "mysql");
    EXPECT_EQ(files.document({"db=postgres"})["db"]["port"], 5432);
    EXPECT_EQ(files.document({"+server=small"})["app"]["server"]["size"], 1);
    EXPECT_FALSE(files.document({"~db"}).contains("db"));
    EXPECT_EQ(files.document({"+db@backup=postgres"})["backup"]["port"], 5432);
}

TEST(Compose, a_template_that_is_extended_wrongly_is_answered_with_the_right_line) {
    const auto fault_of = [](const std::string& item) {
        return Files(Texts{{"config.yaml", fmt::format("defaults: [{}, _self_]\n", item)}}).fault();
    };
    const std::string right = "'/templates/classification/base@_global_'";
    for (const char* item : {"templates/classification/base", "/templates/classification/base"})
        EXPECT_EQ(fault_of(item),
                  "a defaults list extends 'templates/classification/base' in the section 'templates.classification', "
                  "where nothing reads it; write " +
                      right + " there, which merges it into the root");
    for (const char* item : {"classification/base", "/templates/classification/bese@_global_"})
        EXPECT_THAT(fault_of(item), HasSubstr("; did you mean " + right + "?")) << item;
    EXPECT_THAT(fault_of("base"), HasSubstr("; did you mean " + right + " or "));
    const Files files(Texts{{"config.yaml",
                             "defaults: ['/templates/classification/base@_global_', _self_]\n"
                             "dataset: {data_root: here}\n"}});
    EXPECT_EQ(files.document()["experiment"]["name"], "classification");
}

TEST(Compose, the_order_of_keys_is_the_order_of_composition) {
    const Files files(kTree);
    EXPECT_EQ(to_yaml(files.document({"training.epochs=5"})),
              "db:\n  driver: mysql\n  port: 3306\nname: run\ntraining:\n  epochs: 5\n  batch_size: 8\n");
}

TEST(Compose, an_unknown_key_is_answered_with_the_near_ones) {
    const Files files(kTree);
    EXPECT_EQ(files.fault({"training.epoch=5"}),
              "override 'training.epoch=5': there is no 'training.epoch', did you mean 'training.epochs'?; to add it "
              "write '+training.epoch=5'\n"
              "  training.epoch=5: training.epoch: unknown key, found epoch (allowed: epochs, batch_size); did you "
              "mean 'epochs'?");
    EXPECT_EQ(
        files.fault({"+name=x"}),
        "override '+name=x': 'name' is already there; write 'name=x' to change it, or '++name=x' to add or change it");
    EXPECT_EQ(files.fault({"~nothing"}), "override '~nothing': there is no 'nothing' to delete");
}

TEST(Compose, an_unknown_option_is_answered_with_the_options) {
    const Files files(kTree);
    EXPECT_THAT(files.fault({"db=mysq"}), HasSubstr("'config': the group 'db' has no option 'mysq', did you mean "
                                                    "'mysql'?; options: mysql, postgres; looked in "));
    EXPECT_EQ(files.fault({"+db=postgres"}),
              "the group 'db' is given twice, as 'postgres' and as 'mysql'; to change it write 'override db: mysql' in "
              "the defaults list, or 'db=mysql' on the command line");
    EXPECT_EQ(files.fault({"server=small"}),
              "override 'server=small': no defaults list has the group 'server'; to add it write '+server=small'");
}

TEST(Compose, a_sweep_needs_multirun) {
    const Files files(kTree);
    EXPECT_EQ(files.fault({"training.epochs=1,2"}),
              "override 'training.epochs=1,2' is a sweep; add --multirun to run each of its values, or quote the value "
              "to use it as text");
}

TEST(Compose, each_value_knows_its_source) {
    const Files files(kTree);
    const auto composed = files.composed({"training.epochs=5"});
    ASSERT_TRUE(composed);
    EXPECT_TRUE(composed->lines.at("training.epochs").from_override);
    EXPECT_EQ(composed->lines.at("training.epochs").file, "training.epochs=5");
    EXPECT_EQ(files.plain(composed->lines.at("db.port").file), "db/mysql.yaml");
    EXPECT_EQ(composed->lines.at("db.port").line, 2);
    EXPECT_EQ(place_of(composed->lines, "training.nothing.here").line, 5);
}

TEST(Compose, groups_are_searched_in_config_dirs_and_the_built_in_tree) {
    const Files files(Texts{{"config.yaml", "defaults:\n  - /backbone: resnet18\n  - extra: one\n"}});
    const Files more(Texts{{"extra/one.yaml", "value: 1\n"}});
    const auto composed = compose({files / "config.yaml", {more.folder}, {}});
    ASSERT_TRUE(composed) << to_string(composed.error());
    EXPECT_EQ(composed->document["model"]["backbone"]["depth"], 18);
    EXPECT_EQ(composed->document["extra"]["value"], 1);
}

TEST(Compose, a_built_in_group_does_not_take_a_users_key_away) {
    const Files files(Texts{{"config.yaml", "optimizer: sgd\n"}});
    EXPECT_EQ(files.document({"optimizer=lion"})["optimizer"], "lion");
    EXPECT_EQ(files.document({"+head=something"})["head"], "something");
}

TEST(Compose, settings_of_hydra_are_ignored_with_a_notice) {
    const Files files(Texts{{"config.yaml", "a: 1\nhydra: {run: {dir: x}}\n"}});
    const auto composed = files.composed({"hydra.job.name=x"});
    ASSERT_TRUE(composed);
    EXPECT_EQ(composed->document, (Json{{"a", 1}}));
    EXPECT_THAT(composed->notices.at(0), HasSubstr("'hydra' are ignored"));
}

TEST(Compose, a_file_that_names_itself_is_refused) {
    const Files files(Texts{{"config.yaml", "defaults: [other]\n"}, {"other.yaml", "defaults: [other]\n"}});
    EXPECT_THAT(files.fault(), HasSubstr("defaults lists are nested more than 64 deep; does one name itself?"));
}

TEST(Multirun, jobs_are_the_product_in_hydras_order) {
    const Files files(kTree);
    const auto jobs = expand_multirun({files / "config.yaml", {}, {"training.epochs=1,2", "name=x", "db=glob(*)"}});
    ASSERT_TRUE(jobs) << to_string(jobs.error());
    const std::vector<std::vector<std::string>> expected{{"training.epochs=1", "name=x", "db=mysql"},
                                                         {"training.epochs=1", "name=x", "db=postgres"},
                                                         {"training.epochs=2", "name=x", "db=mysql"},
                                                         {"training.epochs=2", "name=x", "db=postgres"}};
    EXPECT_EQ(*jobs, expected);
}

TEST(Multirun, an_infinite_sweep_is_refused) {
    const Files files(kTree);
    const auto jobs = expand_multirun({files / "config.yaml", {}, {"training.epochs=interval(1,5)"}});
    ASSERT_FALSE(jobs);
    EXPECT_EQ(
        jobs.error().message,
        "override 'training.epochs=interval(1,5)': interval() has infinitely many values; select some with choice() or "
        "range(), or search it by the strategy random, halving or tpe");
}

TEST(Multirun, an_axis_says_its_values_its_interval_and_its_tags) {
    const Files files(kTree);
    const auto axes = sweep_axes({files / "config.yaml",
                                  {},
                                  {"training.epochs=5", "+lr=tag(log,interval(1e-4,1))", "+n=int(interval(1,8))",
                                   "+k=range(2,6,2)", "+c=choice(a,b)", "+k=range(2,8,2)"}});
    ASSERT_TRUE(axes) << to_string(axes.error());
    ASSERT_EQ(axes->size(), 5U);
    EXPECT_FALSE((*axes)[0].varies());
    EXPECT_THAT((*axes)[1].tags, testing::ElementsAre("log"));
    ASSERT_TRUE((*axes)[1].interval);
    EXPECT_EQ((*axes)[1].interval->low, 1e-4);
    EXPECT_FALSE((*axes)[1].interval->whole);
    EXPECT_EQ(line_of((*axes)[1], 0.25), "+lr=0.25");
    EXPECT_TRUE((*axes)[2].interval->whole);
    EXPECT_EQ(line_of((*axes)[2], 3), "+n=3");
    EXPECT_TRUE((*axes)[3].is_ordered);
    EXPECT_THAT((*axes)[3].lines, testing::ElementsAre("+k=2", "+k=4", "+k=6"));
    EXPECT_FALSE((*axes)[4].is_ordered);
    EXPECT_EQ(line_of((*axes)[4], 1), "+c=b");
}

}  // namespace
}  // namespace goetia::config
