#include <algorithm>

#include "datasets/formats/classes.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/roots.h"
#include "datasets/formats/table_cells.h"
#include "datasets/formats/table_images.h"
#include "datasets/formats/table_rows.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Schema split_schema() {
    return Schema("a split of Table", "A separate table for one split")
        .with(text("ann_file", "The split's own table").or_null())
        .with(text("image_dir", "The split's own image folder").or_null());
}

std::string text_or_empty(const Args& args, const std::string& name) {
    return args.is_null(name) ? std::string() : args.text(name);
}

char separator_of(const std::string& name) {
    if (name == "auto") return 0;
    return name == "tab" ? '\t' : name[0];
}

class Table : public SetReader {
  public:
    explicit Table(Args args) : args_(std::move(args)) {}

    static Schema schema() {
        return Schema("Table", "A CSV or XLSX table of images with their class or the numbers to predict")
            .with(text("ann_file", "The table, below data_root or anywhere").or_null())
            .with(data_root_param("the table or the images; without it the table's own folder"))
            .with(data_roots_param())
            .with(text("image_dir", "The image folder, below data_root or anywhere").fallback(""))
            .with(text("image_column", "The column with the image file name").fallback("image"))
            .with(text("image_suffix", "Appended to every name, for tables that omit it: '.png'").fallback(""))
            .with(text("image_pattern",
                       "Instead of image_column: the file names of a row's images; {column} stands for its cell, * "
                       "for any characters, as in '{id}_*.png'")
                      .or_null())
            .with(text("label_column", "The column with the class, as a name or a number").or_null())
            .with(texts("target_columns", "The columns with the numbers to predict, instead of label_column")
                      .or_scalar()
                      .or_null())
            .with(text("label_separator",
                       "Between the classes of a cell of label_column, for images that may be of several: '|'")
                      .or_null())
            .with(texts("class_columns",
                        "A column of 1 and 0 for each class, instead of label_column: for images that may be of "
                        "several")
                      .or_scalar()
                      .or_null())
            .with(text("subject_column", "The column with the subject of the image").or_null())
            .with(text("split_column", "The column with the split: train, val or test").or_null())
            .with(text("sheet", "Which sheet of a workbook; without it the first").or_null())
            .with(text("separator", "The separator of a CSV file")
                      .one_of({"auto", ",", ";", "tab", "|"})
                      .fallback("auto"))
            .with(text("decimal", "The decimal separator of numbers").one_of({".", ","}).fallback("."))
            .with(object("train", "ann_file, image_dir of this split").or_null())
            .with(object("val", "ann_file, image_dir of this split").or_null())
            .with(object("test", "ann_file, image_dir of this split; its labels may be empty").or_null())
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line; without it the labels' sorted names, or 0 to the highest "
                       "when all are numbers")
                      .or_null());
    }

    static Result<std::unique_ptr<Table>> make(const Args& args) {
        Error error = invalid("the table cannot be used as it stands");
        const int ways = static_cast<int>(!args.is_null("label_column")) +
                         static_cast<int>(!args.is_null("target_columns")) +
                         static_cast<int>(!args.is_null("class_columns"));
        if (ways != 1)
            error.faults.push_back({.path = "dataset.label_column",
                                    .message = "a table needs label_column for classes, or target_columns to "
                                               "predict numbers, or class_columns for images of several classes",
                                    .found = ways == 0   ? "neither"
                                             : ways == 2 ? "both"
                                                         : "all"});
        if (!args.is_null("label_separator") && args.is_null("label_column"))
            error.faults.push_back({.path = "dataset.label_separator",
                                    .message = "needs label_column, whose cells it divides",
                                    .found = args.text("label_separator")});
        for (const std::string split : {"train", "val", "test"}) {
            if (args.is_null(split)) continue;
            const auto faults = split_schema().check(args.json().at(split), "dataset." + split);
            error.faults.insert(error.faults.end(), faults.begin(), faults.end());
        }
        FaultList roots;
        check_roots(roots_of(args), args.is_null("data_roots") ? "dataset.data_root" : "dataset.data_roots", roots);
        if (error.faults.empty() && !roots.empty()) error = roots.as_error(error.message);
        if (!error.faults.empty()) return error;
        return std::make_unique<Table>(args);
    }

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const auto file = file_of(split);
        if (!file)
            return not_found(
                "the table set has no {} split; set dataset.split_column, dataset.{}.ann_file or "
                "dataset.split",
                split_name(split), split_name(split));
        GOETIA_ASSIGN(ReadSheet own, sheet_of(*file));
        ReadSet read;
        read.findings = std::move(own.findings);
        if (own.sheet.header.empty()) return read;
        GOETIA_TRY(check_columns(own.sheet));
        read.set.task = task();
        read.set.files = {*file};
        read.set.roots = folders_of(*file, split);
        GOETIA_ASSIGN(read.set.classes, class_names(own.sheet, split, read.findings));
        read.set.targets = task() == Task::kMultilabel ? read.set.classes : columns().targets;
        if (!add_images(own.sheet, split, read) && !args_.is_null("split_column"))
            return not_found("'{}' has no row of the {} split", file->native(), split_name(split));
        return read;
    }

  private:
    [[nodiscard]] Task task() const {
        if (!args_.is_null("target_columns")) return Task::kRegression;
        return args_.is_null("label_separator") && args_.is_null("class_columns") ? Task::kClassification
                                                                                  : Task::kMultilabel;
    }

    [[nodiscard]] Args own_section(Split split) const {
        const std::string name(split_name(split));
        return Args(split_schema().complete(args_.is_null(name) ? Json::object() : args_.json().at(name)));
    }

    [[nodiscard]] std::optional<fs::path> file_of(Split split) const {
        const Args own = own_section(split);
        const auto roots = roots_of(args_);
        if (!own.is_null("ann_file")) return locate(own.text("ann_file"), roots);
        // A table that says nothing about splits is there to train on.
        if (args_.is_null("ann_file") || (args_.is_null("split_column") && split != Split::kTrain)) return std::nullopt;
        return locate(args_.text("ann_file"), roots);
    }

    // A table or sheet that is missing or not valid becomes a finding with an empty sheet.
    [[nodiscard]] Result<ReadSheet> sheet_of(const fs::path& file) const {
        auto sheet = read_sheet(
            file, {.separator = separator_of(args_.text("separator")), .sheet_name = text_or_empty(args_, "sheet")});
        const bool missing = !sheet && sheet.error().code == Code::kNotFound;
        if (sheet || (!missing && !is_workbook(file))) return sheet;
        ReadSheet empty;
        empty.findings.push_back({.kind = missing ? FindingKind::kMissingFile : FindingKind::kBadSyntax,
                                  .file = file.native(),
                                  .found = sheet.error().message,
                                  .fix = missing ? "correct ann_file or sheet" : "correct the workbook or ann_file"});
        return empty;
    }

    [[nodiscard]] TableColumns columns() const {
        TableColumns columns;
        columns.label = text_or_empty(args_, "label_column");
        columns.label_separator = text_or_empty(args_, "label_separator");
        if (!args_.is_null("target_columns")) columns.targets = args_.list<std::string>("target_columns");
        columns.is_class_columns = !args_.is_null("class_columns");
        if (columns.is_class_columns) columns.targets = args_.list<std::string>("class_columns");
        columns.subject = text_or_empty(args_, "subject_column");
        columns.split = text_or_empty(args_, "split_column");
        columns.decimal = args_.text("decimal")[0];
        return columns;
    }

    [[nodiscard]] TableFiles files() const {
        return {args_.text("image_column"), args_.text("image_suffix"), text_or_empty(args_, "image_pattern")};
    }

    [[nodiscard]] Status check_columns(const Sheet& sheet) const {
        Error error = invalid("the table cannot be used as it stands");
        const auto need = [&](const std::string& path, const std::string& column) {
            need_column(sheet, "dataset." + path, column, error.faults);
        };
        const TableFiles image_files = files();
        if (image_files.pattern.empty()) need("image_column", image_files.column);
        for (const std::string& column : pattern_columns(image_files.pattern)) need("image_pattern", column);
        const TableColumns names = columns();
        if (!names.label.empty()) need("label_column", names.label);
        for (const std::string& target : names.targets)
            need(names.is_class_columns ? "class_columns" : "target_columns", target);
        if (!names.subject.empty()) need("subject_column", names.subject);
        if (!names.split.empty()) need("split_column", names.split);
        if (!error.faults.empty()) return error;
        return {};
    }

    // The image folders: image_dir below each root, or below the folder of the table.
    [[nodiscard]] std::vector<fs::path> folders_of(const fs::path& file, Split split) const {
        const Args own = own_section(split);
        const fs::path below = own.is_null("image_dir") ? args_.text("image_dir") : own.text("image_dir");
        std::vector<fs::path> folders = roots_of(args_);
        if (folders.empty()) folders.push_back(file.parent_path());
        for (fs::path& folder : folders) {
            if (!below.empty()) folder /= below;
        }
        return folders;
    }

    // The class names, the same for each split: from a file, else from the tables of train and val.
    [[nodiscard]] Result<std::vector<std::string>> class_names(const Sheet& own, Split split,
                                                               std::vector<Finding>& findings) const {
        if (!args_.is_null("class_columns")) return args_.list<std::string>("class_columns");
        if (args_.is_null("label_column")) return std::vector<std::string>();
        std::vector<std::string> classes;
        const std::optional<std::int64_t> count =
            args_.is_null("num_classes") ? std::nullopt : std::optional(args_.integer("num_classes"));
        std::string where = own.file;
        if (!args_.is_null("classes_file")) {
            const fs::path file = *classes_file_of(args_, roots_of(args_));
            where = file.native();
            classes = read_classes(file, findings);
        } else {
            std::vector<ReadSheet> others;
            others.reserve(2);
            std::vector<const Sheet*> sheets;
            for (const Split other : {Split::kTrain, Split::kVal}) {
                const auto file = file_of(other);
                if (file && *file != file_of(split)) {
                    GOETIA_ASSIGN(ReadSheet read, sheet_of(*file));
                    others.push_back(std::move(read));  // its findings are reported by opening that split itself
                    sheets.push_back(&others.back().sheet);
                } else if (file) {
                    sheets.push_back(&own);
                }
            }
            if (sheets.empty()) sheets.push_back(&own);
            classes = classes_of(sheets, args_.text("label_column"), text_or_empty(args_, "label_separator"), count);
        }
        check_count(count, classes.size(), where, findings);
        return classes;
    }

    // Whether any row is of the split.
    bool add_images(const Sheet& sheet, Split split, ReadSet& read) const {
        const TableColumns names = columns();
        TableRows rows(sheet, names, read.set.classes, split == Split::kTest, read.findings);
        const TableFiles image_files = files();
        const auto finder = (image_files.pattern.empty() ? images_by_column : images_by_pattern)(
            sheet, image_files, read.set.roots, read.findings);
        const std::size_t before = read.findings.size();
        bool any = false;
        for (const SheetRow& row : sheet.rows) {
            const auto parsed = rows.read(row, split);
            if (!parsed) {
                finder->skip(row);
                continue;
            }
            any = any || parsed->good;
            // A row with a faulty cell still has its images, and may name them wrongly.
            std::vector<AnnotatedImage> images = finder->find(row, parsed->image);
            if (parsed->good) std::ranges::move(images, std::back_inserter(read.set.images));
        }
        any = any || read.findings.size() > before;
        if (any) finder->finish(read.set.images);
        return any;
    }

    Args args_;
};

}  // namespace

Status add_table(ReaderRegistry& registry) { return registry.add<Table>(); }

}  // namespace goetia
