#include "launch/launcher.h"

#include "launch/signals.h"

namespace goetia {

Result<LaunchEnd> launch(const LaunchPlan& plan, LaunchObserver& observer) {
    const SignalReceiver signals{SIGINT, SIGTERM, SIGHUP};
    GOETIA_ASSIGN(const std::unique_ptr<RankGroup> group, RankGroup::start(plan, &observer));
    while (!group->verdict()) {
        std::vector<pollfd> watched = {{signals.fd(), POLLIN, 0}};
        group->watch(watched);
        ::poll(watched.data(), watched.size(), milliseconds_until(group->deadline()));
        while (const int number = signals.next()) GOETIA_TRY(group->interrupt(number));
        GOETIA_TRY(group->advance());
    }
    return *group->verdict();
}

}  // namespace goetia
