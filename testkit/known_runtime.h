// A folder that looks like an installation of the runtime, for whoever asks what it can run: its catalogue and its
// build. Named by GOETIA_RUNTIME while it exists.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "testkit/temporary_folder.h"

namespace goetia::testkit {

class InstalledRuntime {
  public:
    // Without components only the structure of configurations is checked.
    explicit InstalledRuntime(const std::string& components = "[]") {
        folder_.write("bin/goetia-runtime", "#!/bin/sh\nexit 1\n");
        std::filesystem::permissions(folder_ / "bin/goetia-runtime", std::filesystem::perms::owner_all);
        folder_.write("share/goetia/catalogue.json",
                      R"({"components": )" + components + R"(, "features": ["model.pretrained"]})");
        folder_.write("share/goetia/plugin_build.json",
                      R"({"goetia": "0.1.0", "libtorch": "2.13.0", "cuda": "", "abi": "abi", "processor": "x86_64"})");
        ::setenv("GOETIA_RUNTIME", (folder_ / "bin/goetia-runtime").c_str(), 1);
    }
    ~InstalledRuntime() { ::unsetenv("GOETIA_RUNTIME"); }
    InstalledRuntime(const InstalledRuntime&) = delete;
    InstalledRuntime& operator=(const InstalledRuntime&) = delete;

  private:
    TemporaryFolder folder_;
};

}  // namespace goetia::testkit
