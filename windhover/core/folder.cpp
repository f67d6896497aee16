#include "windhover/core/folder.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace windhover {

namespace fs = std::filesystem;

struct Folder::Root {
  fs::path path;
  Descriptor descriptor = {};
  int error = 0;  ///< why it could not be opened
};

/// Where a walk could not go on.
struct Folder::Obstacle {
  EntryKind kind;
  Error error;
};

/// The last component of a name, and the open folder that it is in.
struct Folder::Place {
  Descriptor owned;  ///< keeps `folder` open unless that is the root
  int folder;
  std::string name;  ///< "." for the root itself
  fs::path path;     ///< of both, for messages

  /// Opens the last component as a folder, in which the next one is.
  [[nodiscard]] tl::expected<void, Obstacle> enter(Missing missing);
};

namespace {

constexpr int walking_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

EntryKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::file;
  if (S_ISDIR(mode)) return EntryKind::folder;
  return S_ISLNK(mode) ? EntryKind::link : EntryKind::other;
}

/// What lies under a name in an open folder; errno stays as it was where something does.
EntryKind kind_at(int folder, const std::string& name) {
  const int before = errno;
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? EntryKind::missing : EntryKind::other;
  errno = before;
  return kind_of(status.st_mode);
}

Failure is_link(const fs::path& path) {
  return usage_error(
      fmt::format("'{}' is a symbolic link, and below an output folder none is followed; put there what it "
                  "leads to, or remove it",
                  path.string()));
}

/// Why something could not be opened as `wanted`, by errno and by what lies there.
Failure not_opened(int folder, const std::string& name, const fs::path& path, EntryKind wanted) {
  const auto reason = system_failure(wanted == EntryKind::file ? "open" : "open folder", path);
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return reason;
  const auto found = kind_of(status.st_mode);
  if (found == EntryKind::link) return is_link(path);
  if (found == wanted) return reason;
  return usage_error(fmt::format("cannot open '{}': it is {}, not {}; move it away", path.string(),
                                 kind_text(status.st_mode),
                                 wanted == EntryKind::file ? "a file" : "a folder"));
}

/// The components of a name. Errors: it leads out of the folder.
Result<std::vector<std::string>> components_of(const fs::path& name) {
  std::vector<std::string> components;
  for (const auto& part : name) {
    if (part.empty() || part == ".") continue;
    if (part == ".." || part.has_root_directory())
      return failure(fmt::format("'{}' is no name inside of a folder", name.string()));
    components.push_back(part.string());
  }
  return components;
}

struct CloseStream {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

EntryKind kind_of(int folder, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return EntryKind::file;
    case DT_DIR:
      return EntryKind::folder;
    case DT_LNK:
      return EntryKind::link;
    case DT_UNKNOWN:
      return kind_at(folder, &entry.d_name[0]);
    default:
      return EntryKind::other;
  }
}

}  // namespace

Folder::Folder(const fs::path& path) {
  Root root{.path = path.empty() ? fs::path(".") : path};
  root.descriptor = Descriptor(::open(root.path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.descriptor.is_open()) root.error = errno;
  root_ = std::make_shared<const Root>(std::move(root));
}

Folder::Folder(std::shared_ptr<const Root> root, fs::path inner)
    : root_(std::move(root)), inner_(std::move(inner)) {}

Result<Folder> Folder::make(const fs::path& path) {
  Folder folder(path);
  if (folder.root_->error == 0) return folder;
  std::error_code error;
  fs::create_directories(folder.root_->path, error);
  if (error) {
    return failure(fmt::format("cannot make folder '{}': {}", folder.root_->path.string(), error.message()));
  }
  return Folder(path);
}

Folder Folder::below(const fs::path& name) const { return {root_, inner_ / name}; }

fs::path Folder::path_of(const fs::path& name) const {
  const auto inner = name.empty() ? inner_ : inner_ / name;
  return inner.empty() ? root_->path : root_->path / inner;
}

tl::expected<void, Folder::Obstacle> Folder::Place::enter(Missing missing) {
  const auto open = [this] { return ::openat(folder, name.c_str(), walking_flags); };
  int next = open();
  if (next < 0 && errno == ENOENT && missing == Missing::make &&
      (::mkdirat(folder, name.c_str(), 0777) == 0 || errno == EEXIST)) {
    next = open();
  }
  if (next < 0) {
    const auto kind = errno == ENOENT ? EntryKind::missing : kind_at(folder, name);
    const auto reason = not_opened(folder, name, path, EntryKind::folder);
    return tl::make_unexpected(Obstacle{
        kind == EntryKind::link || kind == EntryKind::missing ? kind : EntryKind::other, reason.value()});
  }
  owned = Descriptor(next);
  folder = next;
  return {};
}

tl::expected<Folder::Place, Folder::Obstacle> Folder::walk(const fs::path& name, Missing missing) const {
  const auto stopped_at = [](EntryKind kind, const Failure& reason) {
    return tl::make_unexpected(Obstacle{kind, reason.value()});
  };
  if (root_->error != 0) {
    errno = root_->error;
    const bool is_missing = root_->error == ENOENT || root_->error == ENOTDIR;
    return stopped_at(is_missing ? EntryKind::missing : EntryKind::other,
                      system_failure("open folder", root_->path));
  }
  const auto components = components_of(inner_ / name);
  if (!components) return stopped_at(EntryKind::other, Failure(components.error()));
  Place place{.owned = {}, .folder = root_->descriptor.get(), .name = ".", .path = root_->path};
  for (const auto& component : *components) {
    if (place.name != ".") {
      if (auto entered = place.enter(missing); !entered) return tl::make_unexpected(entered.error());
    }
    place.name = component;
    place.path /= component;
  }
  return place;
}

Result<Folder::Place> Folder::place_of(const fs::path& name, Missing missing) const {
  auto place = walk(name, missing);
  if (!place) return Failure(place.error().error);
  return *std::move(place);
}

Result<Descriptor> Folder::open_folder(const fs::path& name) const {
  const auto place = place_of(name);
  if (!place) return Failure(place.error());
  Descriptor folder(
      ::openat(place->folder, place->name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) return not_opened(place->folder, place->name, place->path, EntryKind::folder);
  return folder;
}

EntryKind Folder::kind(const fs::path& name) const {
  const auto place = walk(name, Missing::refuse);
  if (!place) return place.error().kind;
  return kind_at(place->folder, place->name);
}

Result<Descriptor> Folder::open(const fs::path& name, int flags) const {
  const auto place = place_of(name);
  if (!place) return Failure(place.error());
  Descriptor file(
      ::openat(place->folder, place->name.c_str(), flags | waiting_for_nothing | O_NOFOLLOW, 0644));
  if (!file.is_open()) return not_opened(place->folder, place->name, place->path, EntryKind::file);
  WINDHOVER_RETURN_IF_ERROR(expect_regular(file, place->path));
  return file;
}

Result<std::string> Folder::read(const fs::path& name, std::uint64_t limit) const {
  const auto file = open(name, O_RDONLY);
  if (!file) return Failure(file.error());
  return read_all(*file, path_of(name), limit);
}

Result<void> Folder::expect_file_or_nothing(const fs::path& name) const {
  const auto place = walk(name, Missing::refuse);
  if (!place && place.error().kind == EntryKind::missing) return {};
  if (!place) return Failure(place.error().error);
  const auto kind = kind_at(place->folder, place->name);
  if (kind == EntryKind::file || kind == EntryKind::missing) return {};
  return not_opened(place->folder, place->name, place->path, EntryKind::file);
}

Result<std::vector<Folder::Entry>> Folder::list(const fs::path& name) const {
  if (!has(name)) return std::vector<Entry>();
  auto folder = open_folder(name);
  if (!folder) return Failure(folder.error());
  const int descriptor = folder->get();
  const std::unique_ptr<DIR, CloseStream> stream(::fdopendir(descriptor));
  if (stream == nullptr) return system_failure("read the folder", path_of(name));
  static_cast<void>(folder->release());  // the stream closes it
  std::vector<Entry> entries;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view entry_name(&entry->d_name[0]);
    if (entry_name != "." && entry_name != "..")
      entries.push_back({.name = std::string(entry_name), .kind = kind_of(descriptor, *entry)});
    errno = 0;
  }
  if (errno != 0) return system_failure("read the folder", path_of(name));
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

Result<void> Folder::make_folder(const fs::path& name) const {
  return place_of(name / ".made", Missing::make).transform([](const Place&) {});
}

Result<void> Folder::write_beside(const fs::path& name, std::string_view content, Flush flush) const {
  const auto place = place_of(beside(name), Missing::make);
  if (!place) return Failure(place.error());
  const auto give_up = [&](Failure reason) {
    ::unlinkat(place->folder, place->name.c_str(), 0);
    return reason;
  };
  Descriptor file(::openat(place->folder, place->name.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file.is_open() && errno == EEXIST) {
    return usage_error(fmt::format(
        "'{}' is in the way: the file is to be written under this name before it is renamed; move "
        "it away",
        place->path.string()));
  }
  if (!file.is_open()) return system_failure("write", place->path);
  if (auto written = write_all(file, content, place->path); !written)
    return give_up(Failure(written.error()));
  if (flush == Flush::now && ::fsync(file.get()) != 0) return give_up(system_failure("flush", place->path));
  if (!file.close()) return give_up(system_failure("close", place->path));
  return {};
}

Result<void> Folder::put_in_place(const fs::path& name) const {
  WINDHOVER_RETURN_IF_ERROR(expect_file_or_nothing(name));
  return rename(beside(name), name);
}

Result<void> Folder::replace(const fs::path& name, std::string_view content, Flush flush) const {
  WINDHOVER_RETURN_IF_ERROR(write_beside(name, content, flush));
  if (auto placed = put_in_place(name); !placed) {
    static_cast<void>(remove(beside(name)));
    return placed;
  }
  if (flush == Flush::later) return {};
  return this->flush(name.parent_path());
}

Result<void> Folder::rename(const fs::path& from, const fs::path& to) const {
  const auto source = place_of(from);
  if (!source) return Failure(source.error());
  const auto target = place_of(to);
  if (!target) return Failure(target.error());
  if (::renameat(source->folder, source->name.c_str(), target->folder, target->name.c_str()) == 0) return {};
  return system_failure("rename into place", target->path);
}

Result<void> Folder::remove(const fs::path& name) const {
  WINDHOVER_RETURN_IF_ERROR(expect_file_or_nothing(name));
  const auto place = walk(name, Missing::refuse);
  if (!place) return {};
  if (::unlinkat(place->folder, place->name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return system_failure("remove", place->path);
}

void Folder::remove_if_empty(const fs::path& name) const {
  const auto place = walk(name, Missing::refuse);
  if (place) ::unlinkat(place->folder, place->name.c_str(), AT_REMOVEDIR);
}

Result<void> Folder::flush(const fs::path& name) const {
  const auto folder = open_folder(name);
  if (!folder) return Failure(folder.error());
  if (::fsync(folder->get()) != 0) return system_failure("flush folder", path_of(name));
  return {};
}

Result<std::vector<std::string>> files_below(const Folder& folder, const std::vector<std::string>& left_out) {
  std::vector<std::string> files;
  std::vector<fs::path> folders = {{}};
  while (!folders.empty()) {
    const auto at = std::move(folders.back());
    folders.pop_back();
    const auto entries = folder.list(at);
    if (!entries) return Failure(entries.error());
    for (const auto& entry : *entries) {
      if (at.empty() && std::ranges::find(left_out, entry.name) != left_out.end()) continue;
      if (entry.kind == EntryKind::folder) {
        folders.push_back(at / entry.name);
      } else {
        files.push_back((at / entry.name).generic_string());
      }
    }
  }
  std::ranges::sort(files);
  return files;
}

void remove_empty_folders(const Folder& folder, const fs::path& name) {
  const auto entries = folder.list(name);
  if (!entries) return;
  for (const auto& entry : *entries) {
    if (entry.kind == EntryKind::folder) remove_empty_folders(folder, name / entry.name);
  }
  folder.remove_if_empty(name);
}

}  // namespace windhover
