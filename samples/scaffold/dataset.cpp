// A data set of your own: it lists samples, the pipeline decodes them. See my_component.yaml for its use.
#include <algorithm>
#include <fstream>

#include <goetia/component.h>

using namespace goetia;

namespace {

// DATA_ROOT/train.csv and val.csv with a line "image.png,class" for each sample.
class MyComponent final : public Dataset {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Images and classes from train.csv and val.csv")
            .with(text("data_root", "the folder of the two files; the names in them are from here"))
            .with(texts("classes", "every class, in the order of its number"));
    }

    static Result<std::unique_ptr<MyComponent>> make(const Args& args, Split split) {
        auto made = std::make_unique<MyComponent>();
        made->classes_ = args.list<std::string>("classes");
        const std::filesystem::path root = args.text("data_root");
        const std::filesystem::path file = root / (std::string(split_name(split)) + ".csv");
        std::ifstream lines(file);
        if (!lines) return not_found("cannot open '{}'; correct dataset.data_root", file.string());
        int number = 0;
        for (std::string line; std::getline(lines, line);) {
            ++number;
            const std::size_t comma = line.find(',');
            const auto found =
                std::find(made->classes_.begin(), made->classes_.end(), line.substr(std::min(comma + 1, line.size())));
            if (comma == std::string::npos || found == made->classes_.end()) {
                return invalid("{}:{}: must be 'image,class' with a class of dataset.classes, found '{}'",
                               file.string(), number, line);
            }
            made->samples_.push_back({root / line.substr(0, comma), found - made->classes_.begin()});
        }
        return made;
    }

    std::int64_t size() const override { return static_cast<std::int64_t>(samples_.size()); }

    Result<Sample> sample(std::int64_t index) const override {
        Sample sample;
        sample.index = index;
        sample.path = samples_[static_cast<std::size_t>(index)].first;
        sample.name = sample.path.filename();
        sample.label = samples_[static_cast<std::size_t>(index)].second;
        return sample;
    }

    const std::vector<std::string>& classes() const override { return classes_; }

  private:
    std::vector<std::string> classes_;
    std::vector<std::pair<std::filesystem::path, std::int64_t>> samples_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.datasets.add<MyComponent>(); }
