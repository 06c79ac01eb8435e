#include "apps/goetia/doctor.h"

#include <gtest/gtest.h>

namespace goetia::cli {
namespace {

MachineFacts whole_machine() {
    MachineFacts facts;
    facts.machine = {{"cpu", {{"model", "Quick 9000"}, {"cores", 4}, {"threads", 8}}}, {"memory_bytes", 16e9}};
    facts.gpus = {{"gpus", {{{"name", "H200"}, {"memory_bytes", 150e9}}}}};
    facts.torch_folder = "/opt/torch";
    facts.torch_version = "2.13.0";
    facts.torch_has_cuda = true;
    facts.compiler = "g++ 12.2.0";
    facts.gnuplot = "gnuplot 5.4";
    facts.chinese_font = true;
    facts.folder = "/data";
    facts.free_bytes = 80'000'000'000;
    facts.writable = true;
    return facts;
}

Finding named(const MachineFacts& facts, const std::string& name) {
    for (const Finding& finding : findings_of(facts)) {
        if (finding.name == name) return finding;
    }
    ADD_FAILURE() << "no finding is named " << name;
    return {};
}

TEST(Doctor, a_whole_machine_can_train) {
    const auto findings = findings_of(whole_machine());
    EXPECT_TRUE(can_train(findings));
    EXPECT_EQ(named(whole_machine(), "processor").found, "Quick 9000, 8 threads, 16.0 GB memory");
    EXPECT_EQ(named(whole_machine(), "gpu").found, "H200 (150.0 GB)");
    EXPECT_EQ(named(whole_machine(), "libtorch").found, "2.13.0 (CUDA), /opt/torch");
    EXPECT_EQ(named(whole_machine(), "disk").found, "80.0 GB free in '/data'");
    EXPECT_TRUE(doctor_json(findings)["ok"].get<bool>());
    EXPECT_NE(doctor_text(findings).find("this machine can train\n"), std::string::npos);
}

TEST(Doctor, a_gpu_with_a_cpu_build_is_told_and_is_no_hindrance) {
    MachineFacts facts = whole_machine();
    facts.torch_has_cuda = false;
    EXPECT_EQ(named(facts, "gpu").disables, "training on the GPU: this LibTorch is a CPU build");
    EXPECT_TRUE(can_train(findings_of(facts)));
}

TEST(Doctor, without_libtorch_nothing_can_be_trained) {
    MachineFacts facts = whole_machine();
    facts.torch_version.reset();
    EXPECT_EQ(named(facts, "libtorch").found, "no LibTorch in '/opt/torch'");
    EXPECT_EQ(named(facts, "libtorch").remedy,
              "run './goetia setup', or name a LibTorch 2.11 to 2.13 with GOETIA_TORCH_DIR");
    EXPECT_FALSE(can_train(findings_of(facts)));
    EXPECT_NE(doctor_text(findings_of(facts)).find("MISSING  libtorch"), std::string::npos);
    EXPECT_FALSE(doctor_json(findings_of(facts))["ok"].get<bool>());
}

TEST(Doctor, a_runtime_that_does_not_start_is_told_in_its_own_words) {
    MachineFacts facts = whole_machine();
    facts.runtime_fault = "ended with 127: libtorch.so: cannot open shared object file";
    EXPECT_EQ(named(facts, "goetia-runtime").found, facts.runtime_fault);
    EXPECT_FALSE(can_train(findings_of(facts)));
}

TEST(Doctor, what_is_only_useful_says_what_it_disables) {
    MachineFacts facts = whole_machine();
    facts.compiler.reset();
    facts.gnuplot.reset();
    facts.chinese_font = false;
    facts.gpus = Json::object();
    EXPECT_EQ(named(facts, "compiler").disables, "plug-ins: your own models, losses and transforms as .cpp files");
    EXPECT_EQ(named(facts, "gnuplot").remedy, "install gnuplot-nox (Debian, Ubuntu: apt-get install gnuplot-nox)");
    EXPECT_EQ(named(facts, "chinese font").disables, "Chinese labels in pictures");
    EXPECT_EQ(named(facts, "gpu").disables, "training on a GPU; runs use the processor");
    EXPECT_TRUE(can_train(findings_of(facts)));
}

TEST(Doctor, a_folder_that_cannot_be_written_to_hinders_and_little_space_warns) {
    MachineFacts facts = whole_machine();
    facts.free_bytes = 1'000'000'000;
    EXPECT_EQ(named(facts, "disk").disables, "long runs: checkpoints may not fit");
    EXPECT_TRUE(can_train(findings_of(facts)));
    facts.writable = false;
    EXPECT_EQ(named(facts, "disk").found, "'/data' cannot be written to");
    EXPECT_FALSE(can_train(findings_of(facts)));
}

}  // namespace
}  // namespace goetia::cli
