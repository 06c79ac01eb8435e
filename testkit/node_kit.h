// A node of the pool for tests: a shell script in the place of goetia-runtime, a package, and the programs that the
// build made. Attempts run under their real supervisor and in the real sandbox.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agent/attempts/start_plan.h"
#include "base/clock.h"
#include "base/hash.h"
#include "experiment/journal_records.h"
#include "launch/rank_input.h"
#include "testkit/tar.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

inline const std::string kExperiment = "exp_20261130_120000_0123abcd";

class NodeKit {
  public:
    NodeKit() {
        std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
        setup_.agent = GOETIA_BUILD_DIR "/bin/goetia-agent";
        setup_.programs = folder_ / "install/bin";
        setup_.first_user = 300'000;
        setup_.cores = 1;
        program("goetia", "exit 0");
        make_journal();
    }

    // What a rank does, in the experiment's folder; $PACKAGE is the package's.
    void runtime(const std::string& script) const {
        const auto package_folder = folder_ / "cache/unpacked" / sha256_hex(package());
        program("goetia-runtime", "PACKAGE=" + package_folder.native() + "\ncd \"$3\"\n" + script);
    }
    // As `goetia` would be called to compare data with its certificate.
    void program(const std::string& name, const std::string& script) const {
        const auto file = folder_.write("install/bin/" + name, "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(file, std::filesystem::perms(0755));
    }

    // A tar.zst with the input of the ranks and a journal of two records and a point for scripts to copy.
    [[nodiscard]] std::string package() const {
        return compressed(
            tar_of({{.name = "run.cbor", .content = to_text(RankInput{.document = {{"data", "@data/train"}}})},
                    {.name = "experiment/config.yaml", .content = "task: none\n"},
                    {.name = "prepared", .content = journal_}}));
    }
    [[nodiscard]] WantedAttempt wanted(Fence fence) const {
        WantedAttempt wanted;
        wanted.fence = fence;
        wanted.task = "task-1";
        wanted.experiment = kExperiment;
        const std::string bytes = package();
        wanted.package = {sha256_hex(bytes), static_cast<std::int64_t>(bytes.size())};
        wanted.data = {{.name = "train", .source = folder_.path() / "install"}};
        return wanted;
    }

    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
    [[nodiscard]] const std::string& journal() const { return journal_; }
    NodeSetup& setup() { return setup_; }

  private:
    void make_journal() {
        const auto file = folder_ / "journal.prepared";
        {
            auto writer = JournalWriter::create(file, to_json(AttemptRecord{.attempt = 1})).value();
            EXPECT_TRUE(writer->append(RecordType::kState, to_json(StateRecord{})).ok());
            writer->log(writer->metric("train/loss"), 1, 1, 0.5);
            const CheckpointRecord checkpoint{
                .path = "checkpoints/last.pth", .kind = "last", .sha256 = sha256_hex("weights"), .bytes = 7};
            EXPECT_TRUE(writer->append(RecordType::kCheckpoint, to_json(checkpoint)).ok());
        }
        journal_ = read_file(file).value();
    }

    TemporaryFolder folder_;
    NodeSetup setup_;
    std::string journal_;
};

inline const std::string kCopyJournal =
    "printf weights > checkpoints/last.pth; cp $PACKAGE/prepared journal/attempt_1.journal\n";

// Whether a process has this in its command line.
inline bool runs_somewhere(const std::string& word) {
    std::error_code code;
    for (std::filesystem::directory_iterator entry("/proc", code), end; !code && entry != end; entry.increment(code)) {
        const auto words = read_file(entry->path() / "cmdline");
        if (words && words->find(word) != std::string::npos) return true;
    }
    return false;
}

// Calls `step` until `done`, for at most twenty seconds.
inline void drive(const std::function<bool()>& done, const std::function<void()>& step) {
    for (const double until = steady_seconds() + 20; !done();) {
        ASSERT_LT(steady_seconds(), until) << "it takes too long";
        step();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace goetia::testkit
