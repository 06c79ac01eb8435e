// Tasks made of configurations, sweeps, data sets, models and training runs, over real sockets.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/hash.h"
#include "testkit/api_master.h"
#include "testkit/datasets.h"
#include "testkit/experiment_config.h"
#include "testkit/history.h"
#include "testkit/known_runtime.h"

namespace goetia {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testkit::ApiMaster;
using testkit::InstalledRuntime;

std::string config_text() {
    std::string text = testkit::ExperimentConfig::kText;
    const std::string relative = "data_root: data";
    return text.replace(text.find(relative), relative.size(), "data_root: /data/set");
}

template <class Body>
Record journaled(const Body& body) {
    return {.type = Body::kType, .body = to_json(body)};
}

class WorkApi : public testing::Test {
  protected:
    // A caller who is no administrator.
    std::string token_of(const std::string& id) {
        master.service->credentials().add(sha256_hex("secret of " + id),
                                          Credential{.caller = {.id = id, .name = id, .role = "trainer"}});
        return "secret of " + id;
    }
    HttpResponse ask_as(const std::string& id, const std::string& method, const std::string& target,
                        const Json& body = nullptr) {
        HttpHeaders headers;
        headers.set("Authorization", "Bearer " + token_of(id));
        return master.ask(method, target, body, headers);
    }

    InstalledRuntime runtime;
    ApiMaster master;
};

TEST_F(WorkApi, MakesATaskOfAConfigurationAndItsChanges) {
    const Json made =
        master.json("POST", "/api/tasks", {{"config", config_text()}, {"overrides", {"training.epochs=7"}}});
    ASSERT_EQ(made["state"], "queued") << made;
    EXPECT_EQ(made["name"], "tiny");
    EXPECT_EQ(made["task_type"], "classification");
    EXPECT_EQ(made["model"], "resnet18");
    const Json experiment = made["experiment"];
    ASSERT_TRUE(experiment.is_string());
    const ListPage page = master.service->store()
                              .experiments()
                              .list(*parse_list_query("config.training.epochs=7", "", experiment_list_fields()))
                              .value();
    EXPECT_THAT(page.ids, ElementsAre(experiment.get<std::string>()));
}

TEST_F(WorkApi, SaysEveryFaultOfAConfigurationAtOnce) {
    const Json faulty = master.json(
        "POST", "/api/tasks",
        {{"config", config_text()}, {"overrides", {"training.epochs=-1", "+training.epoch=3", "optimizer.lr=fast"}}});
    EXPECT_EQ(faulty["status"], 422);
    ASSERT_GE(faulty["faults"].size(), 2U) << faulty;
    EXPECT_EQ(master.json("GET", "/api/tasks")["total"], 0);
    const Json dry =
        master.json("POST", "/api/tasks/dry-run",
                    {{"config", config_text()}, {"overrides", {"training.epochs=-1", "+training.epoch=3"}}});
    EXPECT_EQ(dry["valid"], false);
    EXPECT_THAT(json_text(dry["faults"]), HasSubstr("training.epochs"));
    EXPECT_THAT(json_text(dry["faults"]), HasSubstr("\"nearest\""));
}

TEST_F(WorkApi, ForetellsWhatATaskNeedsWithoutSubmittingIt) {
    const Json told = master.json("POST", "/api/tasks/dry-run", {{"config", config_text()}, {"gpus", 1}});
    EXPECT_EQ(told["valid"], true) << told;
    EXPECT_EQ(told["needs"]["gpus"], 1);
    EXPECT_EQ(told["needs"]["libtorch"], "2.13.0");
    EXPECT_EQ(told["needs"]["data"][0]["source"], "/data/set");
    EXPECT_EQ(told["epochs"], 2);
    EXPECT_EQ(told["steps_per_epoch"], nullptr) << "nobody looked at the data";
    EXPECT_THAT(told["forecast"]["sentence"].get<std::string>(), HasSubstr("no nodes"));
    EXPECT_EQ(master.json("GET", "/api/tasks")["total"], 0);
}

// What a stranger writes may neither read this machine's files and environment nor run code here.
TEST_F(WorkApi, ReadsNothingOfThisMachineForAConfiguration) {
    ::setenv("GOETIA_TEST_SECRET", "hidden-value", 1);
    const std::string secret = master.folder().write("secret.yaml", "key: hidden-value\n");
    const auto refused = [&](const std::vector<std::string>& overrides, const std::string& config = config_text()) {
        const HttpResponse answer =
            master.ask("POST", "/api/tasks/dry-run", {{"config", config}, {"overrides", overrides}});
        EXPECT_THAT(answer.body, testing::Not(HasSubstr("hidden-value")));
        EXPECT_THAT(answer.body, testing::Not(HasSubstr("\"valid\":true"))) << answer.body;
        return answer.body;
    };
    EXPECT_THAT(refused({"experiment.name=${oc.env:GOETIA_TEST_SECRET}"}), HasSubstr("environment"));
    EXPECT_THAT(refused({"experiment.name=${GOETIA_TEST_SECRET}"}), HasSubstr("environment"));
    EXPECT_THAT(refused({"+components=[/tmp/plugin.cpp]"}), HasSubstr("plug-ins"));
    EXPECT_THAT(refused({"++model.pretrained={source: local, path: '" + secret + "'}"}),
                HasSubstr("outside of the data"));
    EXPECT_THAT(refused({"dataset.data_root=data"}), HasSubstr("relative"));
    refused({"experiment.name=${hydra:runtime.cwd}"});
    const std::string outside =
        "../../../../../../../../.." + std::filesystem::path(secret).replace_extension("").string();
    refused({}, "defaults: ['" + outside + "', _self_]\n" + config_text());
    refused({}, "defaults: ['" + secret + "', _self_]\n" + config_text());
    ::unsetenv("GOETIA_TEST_SECRET");
}

TEST_F(WorkApi, MakesATaskOfATemplateAndTheValuesOfItsForm) {
    const Json form = master.json("GET", "/api/templates/classification/small");
    ASSERT_TRUE(form.contains("fields")) << form;
    std::vector<std::string> paths;
    for (const Json& field : form["fields"]) paths.push_back(field["path"]);
    EXPECT_THAT(paths, Contains("training.epochs"));
    EXPECT_THAT(paths, Contains("optimizer"));
    const Json values = {
        {"training.epochs", 3}, {"optimizer", "adamw"}, {"dataset.data_root", "/data/set"}, {"dataset.num_classes", 4}};
    const Json told =
        master.json("POST", "/api/tasks/dry-run", {{"template", "classification/small"}, {"values", values}});
    EXPECT_EQ(told["valid"], true) << told;
    EXPECT_EQ(told["config"]["training"]["epochs"], 3);
    EXPECT_EQ(told["config"]["optimizer"]["type"], "AdamW");
    const Json unknown = master.json("POST", "/api/tasks", {{"template", "classification/smal"}});
    EXPECT_EQ(unknown["faults"][0]["nearest"], "classification/small");
    EXPECT_EQ(master.ask("GET", "/api/templates/classification/none").status, 404);
    EXPECT_EQ(master.ask("GET", "/api/templates/..%2F..%2Fetc/passwd").status, 404);
}

TEST_F(WorkApi, ClonesATaskWithChanges) {
    const Json first = master.json("POST", "/api/tasks", {{"config", config_text()}, {"priority", 70}});
    const Json clone = master.json(
        "POST", "/api/tasks", {{"from_task", first["id"]}, {"overrides", {"training.epochs=9"}}, {"name", "longer"}});
    ASSERT_EQ(clone["state"], "queued") << clone;
    EXPECT_EQ(clone["name"], "longer");
    EXPECT_EQ(clone["priority"], 70);
    EXPECT_EQ(clone["from"]["task"], first["id"]);
    EXPECT_EQ(clone["from"]["relation"], "clone");
    const Json again = master.json("POST", "/api/tasks/dry-run", {{"from_task", clone["id"]}});
    EXPECT_EQ(again["config"]["training"]["epochs"], 9);
    EXPECT_EQ(master.json("POST", "/api/tasks", {{"from_task", "999"}})["status"], 404);
    EXPECT_EQ(master.json("POST", "/api/tasks", {{"from_task", first["id"]}, {"from_model", "m"}})["status"], 422);
}

TEST_F(WorkApi, QueuesASweepAsOneAndControlsItAsOne) {
    HttpHeaders key;
    key.set("Idempotency-Key", "sweep");
    const Json body = {
        {"config", config_text()}, {"name", "rates"}, {"overrides", {"optimizer.lr=0.1,0.01", "training.epochs=1,2"}}};
    const HttpResponse answer = master.ask("POST", "/api/sweeps", body, key);
    ASSERT_EQ(answer.status, 201) << answer.body;
    const Json made = *parse_json(answer.body, "sweep");
    EXPECT_EQ(made["tasks"].size(), 4U);
    EXPECT_EQ(master.ask("POST", "/api/sweeps", body, key).body, answer.body) << "the same request is one sweep";
    const auto id = made["id"].get<std::string>();
    EXPECT_EQ(master.json("GET", "/api/tasks?q=sweep=" + id)["total"], 4);
    const Json shown = master.json("GET", "/api/sweeps/" + id);
    EXPECT_EQ(shown["states"], (Json{{"queued", 4}}));
    EXPECT_EQ(shown["jobs"].size(), 4U);
    const Json stopped = master.json("POST", "/api/sweeps/" + id + "/control", {{"action", "stop"}});
    EXPECT_EQ(stopped["tasks"].size(), 4U);
    EXPECT_EQ(master.json("GET", "/api/sweeps")["items"][0]["states"], (Json{{"stopped", 4}}));
    const Json faulty =
        master.json("POST", "/api/sweeps", {{"config", config_text()}, {"overrides", {"training.epochs=1,-2,-3"}}});
    EXPECT_THAT(faulty["detail"].get<std::string>(), HasSubstr("not started"));
    EXPECT_EQ(faulty["faults"].size(), 2U) << faulty;
    EXPECT_EQ(master.json("GET", "/api/sweeps")["total"], 1) << "none of its jobs was queued";
}

TEST_F(WorkApi, HidesTheTasksOfOthers) {
    const Json own = *parse_json(ask_as("7", "POST", "/api/tasks", {{"noop", true}}).body, "task");
    const std::string task = "/api/tasks/" + own["id"].get<std::string>();
    EXPECT_EQ(ask_as("8", "GET", task).status, 404);
    EXPECT_EQ(ask_as("8", "GET", task + "/why").status, 404);
    EXPECT_EQ(ask_as("8", "GET", task + "/logs").status, 404);
    EXPECT_EQ(ask_as("8", "POST", task + "/control", {{"action", "stop"}}).status, 404);
    EXPECT_EQ(ask_as("8", "DELETE", task).status, 404);
    EXPECT_EQ(ask_as("8", "PUT", "/api/training/" + own["id"].get<std::string>(), {{"name", "x"}}).status, 404);
    EXPECT_EQ(ask_as("8", "POST", "/api/tasks", {{"from_task", own["id"]}}).status, 404);
    EXPECT_THAT(ask_as("8", "GET", "/api/tasks").body, HasSubstr("\"total\":0"));
    EXPECT_THAT(ask_as("7", "GET", "/api/tasks").body, HasSubstr("\"total\":1"));
    EXPECT_EQ(master.json("GET", "/api/tasks")["total"], 1) << "an administrator sees all";
    EXPECT_EQ(ask_as("7", "POST", task + "/control", {{"action", "stop"}}).status, 200);
    EXPECT_EQ(ask_as("8", "POST", task + "/control", {{"action", "retry"}}).status, 404) << "of a finished one, too";
    EXPECT_EQ(ask_as("8", "DELETE", task).status, 404);
}

TEST_F(WorkApi, RegistersAndChecksDataSetsBelowItsOwnFolders) {
    const std::filesystem::path folder = master.folder().path() / "datasets" / "shapes";
    testkit::make_classes(folder, "train", {"cat", "dog"}, 4);
    testkit::make_classes(folder, "val", {"cat", "dog"}, 2);
    const Json added = master.json("POST", "/api/datasets", {{"name", "shapes"}, {"path", folder.string()}});
    ASSERT_EQ(added["verified"], true) << added;
    EXPECT_EQ(added["facts"]["train"], 8);
    EXPECT_EQ(added["facts"]["classes"], (Json{"cat", "dog"}));
    EXPECT_EQ(master.json("POST", "/api/datasets", {{"name", "shapes"}, {"path", folder.string()}})["status"], 409);
    const Json outside = master.json("POST", "/api/datasets", {{"name", "etc"}, {"path", "/etc"}});
    EXPECT_EQ(outside["faults"][0]["path"], "path");
    EXPECT_EQ(master.json("POST", "/api/datasets", {{"name", "up"}, {"path", folder.string() + "/../../.."}})["status"],
              422);

    for (const char* kind : {"validate", "certificate", "preview", "mini"}) {
        const Json job = master.json("POST", "/api/datasets/shapes/jobs", {{"kind", kind}, {"count", 4}});
        EXPECT_EQ(job["state"], "queued") << job;
        const Json ended = master.answer_when("/api/datasets/shapes/jobs/" + std::string(kind), [](const Json& one) {
            return one.value("finished_at", Json()).is_number();
        });
        EXPECT_EQ(ended["state"], "completed") << ended;
        EXPECT_THAT(json_text(ended), testing::Not(HasSubstr(folder.string()))) << "a path of the machine";
    }
    EXPECT_EQ(master.json("GET", "/api/datasets/shapes")["fingerprint"].get<std::string>().size(), 64U);
    EXPECT_THAT(master.ask("GET", "/api/datasets/shapes/preview").body, testing::StartsWith("\x89PNG"));
    EXPECT_EQ(master.json("GET", "/api/datasets")["total"], 2) << "the mini set is one, too";

    const Json told =
        master.json("POST", "/api/tasks/dry-run",
                    {{"config", config_text()}, {"dataset", "shapes"}, {"overrides", {"training.batch_size=3"}}});
    EXPECT_EQ(told["valid"], true) << told;
    EXPECT_EQ(told["steps_per_epoch"], 3);
    EXPECT_EQ(told["config"]["dataset"]["data_root"], folder.string());
    EXPECT_EQ(ask_as("7", "DELETE", "/api/datasets/shapes").status, 403) << "of somebody else";
    EXPECT_EQ(master.ask("DELETE", "/api/datasets/shapes").status, 200);
    EXPECT_TRUE(std::filesystem::exists(folder)) << "files stay";
}

TEST_F(WorkApi, ShowsSamplesOfADataSetWithTheirLabels) {
    const std::filesystem::path folder = master.folder().path() / "datasets" / "shapes";
    testkit::make_classes(folder, "train", {"cat", "dog"}, 4);
    testkit::make_classes(folder, "val", {"cat", "dog"}, 2);
    const Json looked = master.json("POST", "/api/datasets/look", {{"path", folder.string()}});
    EXPECT_EQ(looked["facts"]["train"], 8) << looked;
    EXPECT_EQ(master.json("GET", "/api/datasets")["total"], 0) << "nothing is registered by looking";
    EXPECT_EQ(master.json("POST", "/api/datasets/look", {{"path", "/etc"}})["faults"][0]["path"], "path");
    master.json("POST", "/api/datasets", {{"name", "shapes"}, {"path", folder.string()}});

    const Json page = master.json("GET", "/api/datasets/shapes/samples?limit=3");
    EXPECT_EQ(page["total"], 8) << page;
    EXPECT_EQ(page["splits"], (Json{{"train", 8}, {"val", 4}}));
    EXPECT_EQ(page["items"].size(), 3U);
    EXPECT_EQ(page["items"][0]["class"], "cat");
    EXPECT_EQ(page["items"][0]["width"], 8);
    EXPECT_EQ(page["items"][0]["height"], 6);
    const Json next =
        master.json("GET", "/api/datasets/shapes/samples?limit=9&cursor=" + page["next"].get<std::string>());
    EXPECT_EQ(next["items"][0]["index"], 3);
    EXPECT_EQ(next["items"].size(), 5U);
    EXPECT_EQ(next["next"], nullptr);
    const Json dogs = master.json("GET", "/api/datasets/shapes/samples?split=val&class=dog");
    EXPECT_EQ(dogs["total"], 2) << dogs;
    EXPECT_EQ(dogs["items"][0]["index"], 2);
    EXPECT_EQ(master.ask("GET", "/api/datasets/shapes/samples?split=test").status, 404);
    EXPECT_EQ(master.ask("GET", "/api/datasets/shapes/samples?class=bird").status, 404);

    const HttpResponse image = master.ask("GET", "/api/datasets/shapes/samples/0/image?width=16");
    EXPECT_EQ(image.headers.value("Content-Type"), "image/jpeg");
    EXPECT_THAT(image.body, testing::StartsWith("\xff\xd8"));
    EXPECT_THAT(master.ask("GET", "/api/datasets/shapes/samples/0/image?labels=true&width=64").body,
                testing::StartsWith("\xff\xd8"));
    EXPECT_EQ(master.ask("GET", "/api/datasets/shapes/samples/8/image").status, 404);
    EXPECT_EQ(master.ask("GET", "/api/datasets/shapes/samples/..%2f..%2fx/image").status, 404);
}

// Annotations may name any file of the machine.
TEST_F(WorkApi, ShowsNoImageOutsideOfTheFoldersOfData) {
    const std::filesystem::path folder = master.folder().path() / "datasets" / "linked",
                                outside = master.folder().path() / "outside.png";
    testkit::make_classes(folder, "train", {"cat", "dog"}, 2);
    testkit::write_png(outside, testkit::gradient_image(8, 6, 9));
    std::filesystem::remove(folder / "train" / "cat" / "0.png");
    std::filesystem::create_symlink(outside, folder / "train" / "cat" / "0.png");
    const Json added = master.json("POST", "/api/datasets", {{"name", "linked"}, {"path", folder.string()}});
    ASSERT_TRUE(added.contains("id")) << added;
    const Json page = master.json("GET", "/api/datasets/linked/samples");
    EXPECT_EQ(page["items"][0]["is_shown"], false) << page;
    EXPECT_EQ(page["items"][1]["is_shown"], true);
    EXPECT_EQ(master.ask("GET", "/api/datasets/linked/samples/0/image").status, 403);
    EXPECT_EQ(master.ask("GET", "/api/datasets/linked/samples/1/image").status, 200);
    EXPECT_EQ(
        master.ask("POST", "/api/datasets/linked/augmented", {{"pipeline", Json::array({Json{{"type", "LoadImage"}}})}})
            .status,
        403);
}

TEST_F(WorkApi, TriesAPipelineStepByStep) {
    const std::filesystem::path folder = master.folder().path() / "datasets" / "shapes";
    testkit::make_classes(folder, "train", {"cat", "dog"}, 4);
    master.json("POST", "/api/datasets", {{"name", "shapes"}, {"path", folder.string()}});
    const auto tried = [&](const Json& pipeline, const Json& more = Json::object()) {
        Json body = {{"pipeline", pipeline}, {"seed", 3}, {"count", 2}};
        body.update(more);
        return master.json("POST", "/api/datasets/shapes/augmented", body);
    };
    const Json load = {{"type", "LoadImage"}}, jitter = {{"type", "ColorJitter"}, {"brightness", 0.5}};
    const Json made = tried({load, jitter, {{"type", "RandomHorizontalFlip"}}, {{"type", "ToTensor"}}});
    ASSERT_EQ(made["steps"].size(), 4U) << made;
    EXPECT_THAT(made["steps"][0].get<std::string>(), testing::StartsWith("/9j/")) << "JPEG in base64";
    EXPECT_NE(made["steps"][0], made["steps"][1]);
    EXPECT_EQ(made["steps"][3], "") << "numbers for a model";
    EXPECT_EQ(made["step_faults"], Json::object());
    EXPECT_EQ(made["samples"].size(), 2U);
    EXPECT_EQ(tried({load, jitter, {{"type", "RandomHorizontalFlip"}}, {{"type", "ToTensor"}}}), made)
        << "the same draws";
    EXPECT_NE(tried({load, jitter}, {{"seed", 4}})["steps"][1], made["steps"][1]);
    EXPECT_EQ(tried(Json::array({load}), {{"thumbnails", false}})["samples"], Json::array());

    const Json failing = tried({load, {{"type", "CenterCrop"}, {"size", 4}}, {{"type", "LoadMask"}}, jitter});
    EXPECT_TRUE(failing["step_faults"].contains("2")) << failing;
    EXPECT_EQ(failing["steps"][3], "") << "nothing follows";
    const Json wrong = tried({load, {{"type", "Resize"}, {"size", -1}}, {{"type", "Colour"}}});
    EXPECT_EQ(wrong["status"], 422);
    EXPECT_THAT(json_text(wrong["faults"]), HasSubstr("pipeline[1].size"));
    EXPECT_THAT(json_text(wrong["faults"]), HasSubstr("pipeline[2]"));
    EXPECT_THAT(json_text(tried({load, {{"type", "Resize"}, {"size", 60000}}})["faults"]), HasSubstr("at most 4096"));
    EXPECT_THAT(json_text(tried(Json::array({jitter}))["faults"]), HasSubstr("LoadImage as the first step"));
    EXPECT_EQ(tried("LoadImage")["faults"][0]["path"], "pipeline");
    EXPECT_THAT(json_text(tried(Json::array({load}),
                                {{"batch_augments", Json::array({Json{{"type", "Mixup"}, {"alpha", -1}}})}})["faults"]),
                HasSubstr("batch_augments[0].alpha"));
}

TEST_F(WorkApi, TakesDataSetsOfNodesAsTheyAreSaidToBe) {
    testkit::ApiAgent agent(master, "one");
    const Json added = master.json("POST", "/api/datasets",
                                   {{"name", "far"}, {"path", "/data/far"}, {"node", agent.id}, {"format", "coco"}});
    EXPECT_EQ(added["verified"], false) << added;
    EXPECT_EQ(added["format"], "COCO");
    EXPECT_THAT(added["note"].get<std::string>(), HasSubstr("not looked at"));
    EXPECT_EQ(master.json("POST", "/api/datasets/far/jobs", {{"kind", "validate"}})["status"], 409);
    EXPECT_EQ(master.ask("GET", "/api/datasets/far/samples").status, 404) << "its images are not here";
    EXPECT_EQ(master.ask("POST", "/api/datasets/far/augmented", {{"pipeline", Json::array()}}).status, 409);
    EXPECT_EQ(master.json("POST", "/api/datasets", {{"name", "no"}, {"path", "/x"}, {"node", "99"}})["status"], 422);
    EXPECT_EQ(master.json("POST", "/api/datasets", {{"name", "no"}, {"path", "x"}, {"node", agent.id}})["status"], 422);
}

TEST_F(WorkApi, ListsComponentsAndTemplates) {
    const InstalledRuntime other(R"([{"kind": "model", "name": "Tiny", "sentence": "a model", "params": []},)"
                                 R"( {"kind": "loss", "name": "L1", "sentence": "a loss", "params": []}])");
    EXPECT_EQ(master.json("GET", "/api/components")["total"], 2);
    EXPECT_EQ(master.json("GET", "/api/components?kind=loss")["items"][0]["name"], "L1");
    EXPECT_EQ(master.json("GET", "/api/components/Tiny")["kind"], "model");
    EXPECT_THAT(master.json("GET", "/api/components/Tinny")["detail"].get<std::string>(), HasSubstr("'Tiny'"));
    EXPECT_EQ(master.ask("GET", "/api/components?kind=nonsense").status, 422);
    EXPECT_GT(master.json("GET", "/api/templates")["total"], 5);
    const Json presets = master.json("GET", "/api/presets/model");
    const auto named = std::find_if(presets["items"].begin(), presets["items"].end(),
                                    [](const Json& one) { return one["name"] == "resnet18"; });
    ASSERT_TRUE(named != presets["items"].end()) << presets;
    EXPECT_EQ((*named)["package"], "model");
    EXPECT_EQ((*named)["section"]["backbone"]["depth"], 18);
    EXPECT_THAT((*named)["section"]["head"]["num_classes"].get<std::string>(), HasSubstr("dataset.num_classes"));
    EXPECT_THAT((*named)["sentence"].get<std::string>(), HasSubstr("ResNet-18"));
    EXPECT_EQ(master.json("GET", "/api/presets/loss")["items"][0]["package"], "model.head.loss");
    EXPECT_THAT(master.json("GET", "/api/presets/modle")["detail"].get<std::string>(), HasSubstr("'model'"));
}

// The ten endpoints, with the best weights of an experiment as a node would have sent them.
TEST_F(WorkApi, ShowsTasksAsTrainingRuns) {
    const Json made = master.json("POST", "/api/v1/training/", {{"name", "run"}, {"config", config_text()}});
    ASSERT_EQ(made["status"], "queued") << made;
    EXPECT_EQ(made["config"]["training"]["epochs"], 2);
    EXPECT_EQ(made["progress"], 0);
    EXPECT_EQ(master.json("POST", "/api/v1/training/", {{"config", config_text()}})["faults"][0]["path"], "name");
    const std::string run = "/api/v1/training/" + made["id"].get<std::string>();
    EXPECT_EQ(master.json("GET", "/api/v1/training/")["total"], 1);
    EXPECT_EQ(master.json("PUT", run, {{"name", "other"}})["name"], "other");
    EXPECT_EQ(master.json("GET", run)["name"], "other");
    EXPECT_EQ(master.json("POST", run + "/control", {{"action", "pause"}})["status"], "paused");
    EXPECT_EQ(master.json("GET", run + "/metrics")["total"], 0);
    EXPECT_EQ(master.json("GET", run + "/logs")["total"], 0);
    EXPECT_EQ(master.json("GET", run + "/checkpoints")["total"], 0);
    EXPECT_EQ(master.json("POST", run + "/save", Json::object())["status"], 409) << "it has no weights yet";

    const auto experiment = made["experiment"].get<std::string>();
    const std::filesystem::path folder = master.service->data() / "experiments" / experiment;
    std::filesystem::create_directories(folder / "journal");
    const std::string weights = "best weights", sha256 = sha256_hex(weights);
    ASSERT_TRUE(master.service->put_package({.id = "1"}, {.sha256 = sha256, .bytes = 12}, weights));
    testkit::write_attempt(ExperimentFolder(folder), 1,
                           {journaled(AttemptRecord{.attempt = 1}),
                            journaled(EpochRecord{.epoch = 1, .step = 5, .metrics = {{"val/loss", 0.5}}}),
                            journaled(CheckpointRecord{.path = "checkpoints/best_1.pth",
                                                       .kind = "best",
                                                       .sha256 = sha256,
                                                       .bytes = 12,
                                                       .epoch = 1,
                                                       .step = 5,
                                                       .metrics = {{"val/loss", 0.5}}})});
    EXPECT_EQ(master.json("GET", run + "/metrics")["items"][0]["metrics"]["val/loss"], 0.5);
    EXPECT_EQ(master.json("GET", run + "/checkpoints")["items"][0]["is_best"], true);
    const Json saved = master.json("POST", run + "/save", {{"name", "kept"}});
    ASSERT_EQ(saved["sha256"], sha256) << saved;
    const std::string model = "/api/models/" + saved["id"].get<std::string>();
    EXPECT_EQ(master.ask("GET", model + "/files/" + sha256).body, weights);
    EXPECT_EQ(master.ask("GET", model + "/files/" + sha256_hex("other")).status, 404);
    EXPECT_EQ(ask_as("8", "GET", model).status, 404);
    EXPECT_EQ(master.json("GET", "/api/models?q=name=kept")["total"], 1);

    for (const Json& from : {Json{{"from_experiment", experiment}}, Json{{"from_model", saved["id"]}}}) {
        const Json tuned = master.json("POST", "/api/tasks", from);
        ASSERT_EQ(tuned["state"], "queued") << tuned;
        EXPECT_EQ(tuned["from"]["relation"], "fine-tune");
        EXPECT_EQ(tuned["from"]["sha256"], sha256);
    }
    EXPECT_EQ(master.json("POST", run + "/control", {{"action", "stop"}})["status"], "stopped");
    EXPECT_EQ(master.ask("DELETE", run).status, 200);
    EXPECT_EQ(master.ask("GET", run).status, 404);
    EXPECT_EQ(master.ask("GET", model).status, 200) << "the library outlives the run";
    EXPECT_EQ(master.ask("DELETE", model).status, 200);
}

}  // namespace
}  // namespace goetia
