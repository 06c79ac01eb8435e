// The page as answers: files of the built page, and its index.html for every address that is a place within the page.
#pragma once

#include <optional>

#include "master/page/page_files.h"
#include "net/http.h"

namespace goetia {

class ServedPage {
  public:
    explicit ServedPage(PageFiles files) : files_(std::move(files)) {}
    static ServedPage missing();  // says at every address how the page is built

    // For GET and HEAD of what no route claims. None: there is nothing for it here.
    [[nodiscard]] std::optional<HttpResponse> answer(const HttpRequest& request) const;

  private:
    PageFiles files_;
    int status_ = 200;
};

}  // namespace goetia
