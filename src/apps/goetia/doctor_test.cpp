#include "apps/goetia/doctor.h"

#include <gtest/gtest.h>

namespace goetia::cli {
namespace {

MachineInfo complete_machine() {
    MachineInfo info;
    info.machine = {{"cpu", {{"model", "Quick 9000"}, {"cores", 4}, {"threads", 8}}}, {"memory_bytes", 16e9}};
    info.gpus = {{"gpus", {{{"name", "H200"}, {"memory_bytes", 150e9}}}}};
    info.torch_folder = "/opt/torch";
    info.torch_version = "2.13.0";
    info.torch_has_cuda = true;
    info.compiler = "g++ 12.2.0";
    info.gnuplot = "gnuplot 5.4";
    info.chinese_font = true;
    info.folder = "/data";
    info.free_bytes = 80'000'000'000;
    info.writable = true;
    return info;
}

Finding named(const MachineInfo& info, const std::string& name) {
    for (const Finding& finding : findings_of(info)) {
        if (finding.name == name) return finding;
    }
    ADD_FAILURE() << "no finding is named " << name;
    return {};
}

TEST(Doctor, a_complete_machine_can_train) {
    const auto findings = findings_of(complete_machine());
    EXPECT_TRUE(can_train(findings));
    EXPECT_EQ(named(complete_machine(), "processor").found, "Quick 9000, 8 threads, 16.0 GB memory");
    EXPECT_EQ(named(complete_machine(), "gpu").found, "H200 (150.0 GB)");
    EXPECT_EQ(named(complete_machine(), "libtorch").found, "2.13.0 (CUDA), /opt/torch");
    EXPECT_EQ(named(complete_machine(), "disk").found, "80.0 GB free in '/data'");
    EXPECT_TRUE(doctor_json(findings)["ok"].get<bool>());
    EXPECT_NE(doctor_text(findings).find("this machine can train\n"), std::string::npos);
}

TEST(Doctor, a_gpu_with_a_cpu_build_is_reported_but_training_is_possible) {
    MachineInfo info = complete_machine();
    info.torch_has_cuda = false;
    EXPECT_EQ(named(info, "gpu").disables, "training on the GPU: this LibTorch is a CPU build");
    EXPECT_TRUE(can_train(findings_of(info)));
}

TEST(Doctor, without_libtorch_training_is_impossible) {
    MachineInfo info = complete_machine();
    info.torch_version.reset();
    EXPECT_EQ(named(info, "libtorch").found, "no LibTorch in '/opt/torch'");
    EXPECT_EQ(named(info, "libtorch").remedy,
              "run './goetia setup', or name a LibTorch 2.11 to 2.13 with GOETIA_TORCH_DIR");
    EXPECT_FALSE(can_train(findings_of(info)));
    EXPECT_NE(doctor_text(findings_of(info)).find("MISSING  libtorch"), std::string::npos);
    EXPECT_FALSE(doctor_json(findings_of(info))["ok"].get<bool>());
}

TEST(Doctor, a_runtime_that_does_not_start_is_reported_with_its_message) {
    MachineInfo info = complete_machine();
    info.runtime_fault = "ended with 127: libtorch.so: cannot open shared object file";
    EXPECT_EQ(named(info, "goetia-runtime").found, info.runtime_fault);
    EXPECT_FALSE(can_train(findings_of(info)));
}

TEST(Doctor, optional_parts_report_what_they_disable) {
    MachineInfo info = complete_machine();
    info.compiler.reset();
    info.gnuplot.reset();
    info.chinese_font = false;
    info.gpus = Json::object();
    EXPECT_EQ(named(info, "compiler").disables, "plug-ins: your own models, losses and transforms as .cpp files");
    EXPECT_EQ(named(info, "gnuplot").remedy, "install gnuplot-nox (Debian, Ubuntu: apt-get install gnuplot-nox)");
    EXPECT_EQ(named(info, "chinese font").disables, "Chinese labels in plots");
    EXPECT_EQ(named(info, "gpu").disables, "training on a GPU; runs use the processor");
    EXPECT_TRUE(can_train(findings_of(info)));
}

TEST(Doctor, what_a_sandbox_lacks_is_told_in_its_own_words) {
    MachineInfo info = complete_machine();
    const auto sandbox = [&] {
        const auto findings = findings_of(info);
        return *std::find_if(findings.begin(), findings.end(),
                             [](const Finding& one) { return one.name == "sandbox"; });
    };
    EXPECT_EQ(sandbox().found, "no goetia-agent beside this program");
    EXPECT_EQ(sandbox().disables, "");
    info.sandbox_lacks.emplace();
    EXPECT_EQ(sandbox().found, "complete");
    info.sandbox_lacks->assign({"no Landlock", "no namespaces"});
    EXPECT_EQ(sandbox().found, "incomplete");
    EXPECT_TRUE(sandbox().disables.ends_with("no Landlock; no namespaces"));
    EXPECT_TRUE(can_train(findings_of(info)));
}

TEST(Doctor, a_read_only_folder_prevents_training_and_little_space_warns) {
    MachineInfo info = complete_machine();
    info.free_bytes = 1'000'000'000;
    EXPECT_EQ(named(info, "disk").disables, "long runs: checkpoints may not fit");
    EXPECT_TRUE(can_train(findings_of(info)));
    info.writable = false;
    EXPECT_EQ(named(info, "disk").found, "'/data' cannot be written to");
    EXPECT_FALSE(can_train(findings_of(info)));
}

}  // namespace
}  // namespace goetia::cli
