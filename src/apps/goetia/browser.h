// Shows a page of the master to whoever sits at this machine.
#pragma once

#include <string>

namespace goetia::cli {

// Hands the address to xdg-open where there is a screen (DISPLAY, WAYLAND_DISPLAY), and waits for nothing. Whether it
// was started; where it was not, the printed address is all there is.
bool open_in_browser(const std::string& address);

}  // namespace goetia::cli
