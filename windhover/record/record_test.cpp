#include "windhover/record/record.hpp"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/files.hpp"
#include "windhover/core/temporary_folder.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/toml.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder of its own that goes away with the test.
class RecordTest : public testing::Test {
 protected:
  TemporaryFolder temporary;
  fs::path out = temporary.path();
};

void put(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
}

/// With a sum that is right.
void put_sound(const fs::path& path, const std::string& text) {
  const auto written = replace_files(path.parent_path(), {{path.filename(), text}});
  ASSERT_TRUE(written) << written.error().message;
}

Study small_study() {
  Study study;
  study.name = "small";
  study.cells = {
      {.id = "gru+ln", .factors = {{"recurrent", true}}, .environment = "offload", .profile = "paper"},
      {.id = "mlp+ln", .factors = {{"recurrent", false}}, .environment = "offload", .profile = "paper"}};
  study.arms = {"a3c", "individual"};
  study.seeds = {42, 7};
  study.quick = true;
  study.config = {{"name", study.name},
                  {"arms", study.arms},
                  {"seeds", study.seeds},
                  {"profile", "paper"},
                  {"training", {{"workers", 5}}}};
  return study;
}

const std::vector<std::string> actions = {"local", "offload"};

Run small_run(const RunId& id) {
  Run run;
  run.id = id;
  run.config.id = id;
  run.config.training.velocities = {5, 25};
  run.summary = {
      .models = 1, .parameters = 10, .steps = 200, .digest = id.folder().string(), .training_seconds = 1.25};
  run.training = {{.step = 100, .episode_return = 50}, {.step = 200, .episode = 1, .episode_return = 51}};
  run.evaluation = {{.condition = 5,
                     .episode_return = 60,
                     .length = 100,
                     .action_shares = {1, 0},
                     .action_probabilities = {0.5, 0.5}}};
  return run;
}

std::string error_of(const Result<Run>& run) { return run ? std::string("no error") : run.error().message; }

TEST_F(RecordTest, ARunComesBack) {
  const RunId id{"gru+ln", "a3c", 42};
  auto run = small_run(id);
  run.summary.status = RunStatus::failed;
  run.summary.diagnosis = "NaN in \"policy.weight\"";
  EXPECT_FALSE(run_exists(out, id));
  const std::vector<ModelFile> models = {{"model.safetensors", {std::byte{1}, std::byte{0}}}};
  const auto written = write_run(out, run, models, actions);
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_TRUE(run_exists(out, id));
  EXPECT_EQ(read_file(out / "runs/gru+ln/a3c/seed-42/model.safetensors").value(), std::string("\1\0", 2));

  const auto back = read_run(out, id, Rows::read);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->config, run.config);
  EXPECT_TRUE(back->summary.failed());
  EXPECT_EQ(back->summary.diagnosis, run.summary.diagnosis);
  EXPECT_EQ(back->summary.training_seconds, 1.25);
  EXPECT_EQ(back->training.size(), 2U);
  EXPECT_EQ(back->evaluation.size(), 1U);
  EXPECT_EQ(back->action_names, actions);

  const auto short_form = read_run(out, id, Rows::skip);
  ASSERT_TRUE(short_form);
  EXPECT_EQ(short_form->summary.steps, 200U);
  EXPECT_TRUE(short_form->training.empty());
}

TEST_F(RecordTest, ARunIsNeverReplaced) {
  const auto run = small_run({"mlp", "a3c", 1});
  ASSERT_TRUE(write_run(out, run, {}, actions));
  const auto again = write_run(out, run, {}, actions);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("there already"));
}

TEST_F(RecordTest, WhatACrashLeftBesideIsCleared) {
  const RunId id{"mlp", "a3c", 1};
  fs::create_directories(out / "runs/mlp/a3c/.seed-1.tmp");
  put(out / "runs/mlp/a3c/.seed-1.tmp/model7.safetensors", "old");
  ASSERT_TRUE(write_run(out, small_run(id), {}, actions));
  EXPECT_FALSE(fs::exists(out / "runs/mlp/a3c/seed-1/model7.safetensors"));
  EXPECT_FALSE(fs::exists(out / "runs/mlp/a3c/.seed-1.tmp"));
}

TEST_F(RecordTest, NamesStayInsideTheFolder) {
  EXPECT_FALSE(write_run(out, small_run({"..", "a3c", 1}), {}, actions));
  EXPECT_FALSE(write_run(out, small_run({"mlp", "a/b", 1}), {}, actions));
  EXPECT_FALSE(write_run(out, small_run({"mlp", "a3c", 1}), {{"../model", {}}}, actions));
  EXPECT_FALSE(run_exists(out, {"mlp", "a3c", 1}));
}

TEST_F(RecordTest, DamagedRunsAreErrorsThatNameTheFile) {
  const RunId id{"mlp", "a3c", 1};
  ASSERT_TRUE(write_run(out, small_run(id), {}, actions));
  const auto folder = out / "runs" / id.folder();
  const auto training = read_file(folder / "training.csv").value();

  put(folder / "training.csv", training + " ");
  EXPECT_THAT(error_of(read_run(out, id, Rows::read)), HasSubstr("training.csv: damaged: its SHA-256"));
  EXPECT_TRUE(read_run(out, id, Rows::skip)) << "what is not read is not checked";
  put_sound(folder / "training.csv", training.substr(0, training.rfind("200,")));
  EXPECT_THAT(error_of(read_run(out, id, Rows::read)),
              HasSubstr("training.csv: has 1 rows, but done.json says 2"));
  put_sound(folder / "training.csv", training.substr(0, training.size() - 3));
  EXPECT_THAT(error_of(read_run(out, id, Rows::read)), HasSubstr("training.csv, line 3"));
  put_sound(folder / "training.csv", training);
  put_sound(folder / "config.json", "[1, 2]");
  EXPECT_THAT(error_of(read_run(out, id, Rows::read)), HasSubstr("config.json: must be a table, not [1,2]"));
  put_sound(folder / "config.json", "{");
  EXPECT_THAT(error_of(read_run(out, id, Rows::skip)), HasSubstr("config.json"));
  put_sound(folder / "config.json", "{}");
  const auto done = Json::parse(read_file(folder / "done.json").value());
  const auto refusal_of = [&](const Json& changed) {
    put_sound(folder / "done.json", changed.dump());
    return error_of(read_run(out, id, Rows::skip));
  };
  EXPECT_THAT(refusal_of({{"status", "finished"}}), HasSubstr("done.json: 'diagnosis' is missing"));
  auto changed = done;
  changed["status"] = "perhaps";
  EXPECT_THAT(refusal_of(changed), HasSubstr("done.json: status: must be one of: missing, finished, failed"));
  changed["status"] = "missing";
  EXPECT_THAT(refusal_of(changed), HasSubstr("done.json: status: must be \"finished\" or \"failed\""));
  changed = done;
  changed["models"] = -4;
  EXPECT_THAT(refusal_of(changed),
              HasSubstr("done.json: models and parameters must be whole numbers from 0"));
  EXPECT_FALSE(read_run(out, {"mlp", "a3c", 2}, Rows::skip));
}

TEST_F(RecordTest, AFolderWithoutSumsIsNotRead) {
  const RunId id{"mlp", "a3c", 1};
  ASSERT_TRUE(write_run(out, small_run(id), {}, actions));
  ASSERT_TRUE(write_study(out, small_study()));
  const auto folder = out / "runs" / id.folder();
  fs::remove(folder / checksums_name);
  EXPECT_THAT(error_of(read_run(out, id, Rows::skip)), HasSubstr("done.json: there is no SHA256SUMS"));
  const auto faults = check_run(out, id.place()).value();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].file, "runs/mlp/a3c/seed-1/SHA256SUMS");
  fs::remove(out / checksums_name);
  const auto header = read_study_header(out);
  ASSERT_FALSE(header);
  EXPECT_THAT(header.error().message, HasSubstr("study.toml: there is no SHA256SUMS"));
}

TEST_F(RecordTest, JsonThatNestsWithoutEndIsRefused) {
  put_sound(out / "deep.json", std::string(1'000'000, '['));
  const auto json = read_json(out, "deep.json");
  ASSERT_FALSE(json);
  EXPECT_THAT(json.error().message, HasSubstr("nested deeper"));
  put_sound(out / "text.json", R"({"a": "[[[[\"[["})");
  EXPECT_TRUE(read_json(out, "text.json"));
}

TEST_F(RecordTest, AStudyHeaderComesBack) {
  const auto study = small_study();
  const auto written = write_study(out, study);
  ASSERT_TRUE(written) << written.error().message;
  const auto back = read_study_header(out);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->name, study.name);
  EXPECT_EQ(back->config, study.config);
  EXPECT_EQ(back->arms, study.arms);
  EXPECT_EQ(back->seeds, study.seeds);
  EXPECT_TRUE(back->quick);
  ASSERT_EQ(back->cells.size(), 2U);
  EXPECT_EQ(back->cells[1].id, "mlp+ln");
  EXPECT_EQ(back->cells[1].factors, study.cells[1].factors);
}

TEST_F(RecordTest, HostileHeadersAreErrors) {
  ASSERT_TRUE(write_study(out, small_study()));
  put_sound(out / "cells.json",
            R"({"schema": "windhover-record/1", "quick": false, "cells": [{"id": "../../x", "factors": {},
       "environment": "offload", "profile": "paper"}]})");
  EXPECT_FALSE(read_study_header(out));
  put_sound(out / "cells.json",
            R"({"schema": "windhover-record/1", "quick": false,
       "cells": [{"id": "a", "factors": {}, "environment": "offload", "profile": "paper"},
                 {"id": "a", "factors": {}, "environment": "offload", "profile": "paper"}]})");
  EXPECT_FALSE(read_study_header(out));
  put_sound(out / "cells.json", R"({"schema": "windhover-record/1", "quick": 1, "cells": []})");
  EXPECT_FALSE(read_study_header(out));
  ASSERT_TRUE(write_study(out, small_study()));
  put_sound(out / "study.toml", "name = \"x\"\narms = [\"../a\"]\nseeds = [1]\n");
  EXPECT_FALSE(read_study_header(out));
  put_sound(out / "study.toml", "name = \"x\"\narms = [\"a3c\"]\nseeds = [-1]\n");
  EXPECT_FALSE(read_study_header(out));
}

TEST_F(RecordTest, ARecordOfAnotherSchemaOrNoneIsRefused) {
  ASSERT_TRUE(write_study(out, small_study()));
  auto cells = *read_json(out, "cells.json");
  EXPECT_EQ(cells["schema"], record_schema);
  for (const Json& other : {Json("windhover-record/1"), Json(1), Json(nullptr)}) {
    cells["schema"] = other;
    ASSERT_TRUE(write_json(out, "cells.json", cells));
    const auto refused = read_study(out);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("cells.json: the record has the schema " + other.dump()));
    EXPECT_THAT(refused.error().message, HasSubstr("windhover-record/2"));
  }
  cells.erase("schema");
  ASSERT_TRUE(write_json(out, "cells.json", cells));
  EXPECT_FALSE(read_study(out));
}

TEST_F(RecordTest, AFolderWithoutARecordIsRefusedByTheFileThatIsMissing) {
  const auto refused = read_study(out);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(out.string() + "' holds no study: there is no study.toml"));
}

TEST_F(RecordTest, AStudyIsReadInCanonicalOrderWithoutItsMissingRuns) {
  const auto study = small_study();
  ASSERT_TRUE(write_study(out, study));
  ASSERT_TRUE(write_run(out, small_run({"mlp+ln", "a3c", 7}), {}, actions));
  ASSERT_TRUE(write_run(out, small_run({"gru+ln", "individual", 42}), {}, actions));
  ASSERT_TRUE(write_run(out, small_run({"gru+ln", "a3c", 7}), {}, actions));
  ASSERT_TRUE(write_run(out, small_run({"gru+ln", "a3c", 42}), {}, actions));
  Manifest manifest{.wall_seconds = 3};
  for (const auto& id : run_ids(study)) manifest.runs.push_back({.id = id});
  ASSERT_TRUE(write_described(out, "manifest.json", manifest));
  const auto record = read_study(out);
  ASSERT_TRUE(record) << record.error().message;
  ASSERT_TRUE(record->manifest);
  EXPECT_EQ(record->manifest->wall_seconds, 3);
  EXPECT_FALSE(record->audit) << "it was never written";
  ASSERT_EQ(record->runs.size(), 4U);
  EXPECT_EQ(record->runs[0].id, (RunId{"gru+ln", "a3c", 42}));
  EXPECT_EQ(record->runs[1].id, (RunId{"gru+ln", "a3c", 7}));
  EXPECT_EQ(record->runs[3].id, (RunId{"mlp+ln", "a3c", 7}));
}

/// Reads `T` from a document in which one key after another is missing, misspelt and of another type, and
/// expects the key's name in what is said of it.
template <class T>
void expect_strict(const Json& document, const Json::json_pointer& object) {
  const Json whole = document.at(object);
  for (const auto& [key, value] : whole.items()) {
    auto without = document;
    without.at(object).erase(key);
    const auto missing = described::from_json<T>(without);
    ASSERT_FALSE(missing) << object.to_string() << " " << key;
    EXPECT_THAT(missing.error().message, HasSubstr("'" + key + "' is missing"));

    auto misspelt = document;
    misspelt.at(object)[key + "x"] = value;
    const auto unknown = described::from_json<T>(misspelt);
    ASSERT_FALSE(unknown) << object.to_string() << " " << key;
    EXPECT_THAT(unknown.error().message, HasSubstr("unknown key '" + key + "x'"));

    auto other = document;
    other.at(object)[key] = Json::array({Json::object()});
    const auto mistyped = described::from_json<T>(other);
    ASSERT_FALSE(mistyped) << object.to_string() << " " << key;
    EXPECT_THAT(mistyped.error().message, HasSubstr(key));
  }
}

TEST(Files, AreReadStrictly) {
  const Json::json_pointer root;
  RunConfig config{.factors = {{"hidden", 64}}};
  config.environment_fields = {{"slots", 3}};
  const Json run = described::to_json(config);
  for (const char* part : {"/training", "/evaluation"})
    expect_strict<RunConfig>(run, Json::json_pointer(part));
  const Json manifest = described::to_json(Manifest{.digest = "d", .runs = {{.id = {"gru", "a3c", 1}}}});
  expect_strict<Manifest>(manifest, root);
  for (const char* part : {"/build", "/machine", "/runs/0"})
    expect_strict<Manifest>(manifest, Json::json_pointer(part));
  const Json audit =
      described::to_json(Audit{.cells = {{.id = "gru", .layers = {{.name = "w", .shape = {1}}}}},
                               .cell_pairs = {{.cells = {"a", "b"}}},
                               .seeds = {{.seed = 1}},
                               .seed_pairs = {{.seeds = {1, 2}}},
                               .warnings = {{.text = "t"}}});
  expect_strict<Audit>(audit, root);
  for (const char* part :
       {"/cells/0", "/cells/0/layers/0", "/cell_pairs/0", "/seeds/0", "/seed_pairs/0", "/warnings/0"})
    expect_strict<Audit>(audit, Json::json_pointer(part));
  const Json baselines = described::to_json(
      Baselines{.policies = {{.policy = "random"}}, .upper_bound = UpperBound{.conditions = {{.mean = 1}}}});
  for (const char* part : {"", "/policies/0", "/upper_bound", "/upper_bound/conditions/0"})
    expect_strict<Baselines>(baselines, Json::json_pointer(part));
}

TEST_F(RecordTest, AFileThatIsNotOfItsFormIsNamedWithThePlace) {
  ASSERT_TRUE(write_study(out, small_study()));
  ASSERT_TRUE(write_described(out, "audit.json", Audit{.cells = {{.id = "gru"}}}));
  auto audit = *read_json(out, "audit.json");
  audit["cells"][0]["parameters"] = "many";
  ASSERT_TRUE(write_json(out, "audit.json", audit));
  const auto record = read_study(out);
  ASSERT_FALSE(record);
  EXPECT_THAT(record.error().message,
              HasSubstr("audit.json: cells[0].parameters: must be a whole number that fits, not \"many\""));
}

TEST(Levels, KeepTheirFormAndAreEqualByValue) {
  EXPECT_EQ(Level(1), Level(1.0));
  EXPECT_NE(Level(1), Level("1"));
  EXPECT_EQ(described::to_json(Level(1)).dump(), "1");
  EXPECT_EQ(described::to_json(Level(1.0)).dump(), "1.0");
  for (const char* form : {"true", "0.5", "\"text\"", "[5.0,10.0]"}) {
    const auto level = described::from_json<Level>(Json::parse(form));
    ASSERT_TRUE(level) << form;
    EXPECT_EQ(described::to_json(*level).dump(), form);
  }
  for (const char* form : {"null", "{}", "[null]"})
    EXPECT_FALSE(described::from_json<Level>(Json::parse(form)));
}

TEST(Digests, DependOnParametersAndRowsOnly) {
  const std::vector<std::vector<std::byte>> parameters = {{std::byte{1}}, {std::byte{2}}};
  auto run = small_run({"mlp", "a3c", 1});
  const auto digest = run_digest(parameters, run.evaluation);
  EXPECT_EQ(digest, run_digest(parameters, run.evaluation));
  EXPECT_NE(digest, run_digest({{std::byte{1}, std::byte{2}}}, run.evaluation));
  auto other = run.evaluation;
  other[0].episode_return = std::nextafter(60.0, 61.0);
  EXPECT_NE(digest, run_digest(parameters, other));

  Study study = small_study();
  study.cells = {{.id = "mlp"}};
  study.arms = {"a3c"};
  study.seeds = {1};
  const auto of_study = [&] { return study_digest(study, {{run.id, run.summary}}).value; };
  const auto before = of_study();
  EXPECT_EQ(before.size(), 64U);
  run.summary.training_seconds = 99;
  EXPECT_EQ(of_study(), before);
  run.summary.digest = digest;
  EXPECT_NE(of_study(), before);
}

TEST(Digests, OfAStudyStandForAllItsRunsOrForNothing) {
  const auto study = small_study();
  std::map<RunId, RunSummary> runs;
  for (const auto& id : run_ids(study)) runs.emplace(id, small_run(id).summary);
  EXPECT_EQ(study_digest(study, runs).value.size(), 64U);
  EXPECT_EQ(study_digest(study, runs).note, "");
  runs.erase({"gru+ln", "a3c", 7});
  const auto one_less = study_digest(study, runs);
  EXPECT_EQ(one_less.value, "");
  EXPECT_EQ(one_less.note, "1 of 8 runs is missing: gru+ln/a3c/seed-7");
  runs.clear();
  EXPECT_EQ(study_digest(study, runs).note,
            "8 of 8 runs are missing: gru+ln/a3c/seed-42, gru+ln/a3c/seed-7, gru+ln/individual/seed-42, "
            "gru+ln/individual/seed-7 and 4 more");
}

TEST(Digests, OfARecordNeedRunsThatCanBeVouchedFor) {
  StudyRecord record;
  record.study = small_study();
  for (const auto& id : run_ids(record.study)) record.runs.push_back(small_run(id));
  EXPECT_EQ(study_digest(record).value.size(), 64U);
  record.digest_faults = {{.file = record.runs[2].id.place(), .what = "its model is gone"}};
  EXPECT_EQ(study_digest(record).value, "");
  EXPECT_EQ(study_digest(record).note, "runs/gru+ln/individual/seed-42: its model is gone");
}

/// Names are folders' names in the record and in its report; none leads out of the folder.
TEST_F(RecordTest, NoNameLeavesTheFolder) {
  ASSERT_TRUE(write_study(out, small_study()).has_value());
  const auto study = read_file(out / "study.toml").value();
  const auto cells = Json::parse(read_file(out / "cells.json").value());
  for (const std::string& name :
       {std::string("../x"), std::string(".."), std::string("."), std::string("/etc"), std::string("a/b"),
        std::string("a\\b"), std::string(".hidden"), std::string("a\nb"), std::string("a\0b", 3),
        std::string(5000, 'a')}) {
    for (const char* key : {"id", "environment", "profile"}) {
      auto hostile = cells;
      hostile["cells"][0][key] = name;
      put_sound(out / "cells.json", hostile.dump());  // who writes such names can write right sums
      const auto read = read_study_header(out);
      ASSERT_FALSE(read) << key << ": " << name;
      EXPECT_THAT(read.error().message, HasSubstr("can not be the name of a folder"));
    }
    put_sound(out / "cells.json", cells.dump());
    put_sound(out / "study.toml", to_toml({{"name", "x"}, {"arms", {name}}, {"seeds", {1}}}).value());
    EXPECT_FALSE(read_study_header(out)) << name;
    put_sound(out / "study.toml", study);
  }
  EXPECT_TRUE(read_study_header(out));
}

TEST_F(RecordTest, DeclarationsComeBack) {
  Study study = small_study();
  study.claims = {{.id = "K1",
                   .text = "it works",
                   .arm = "a3c",
                   .contrasts = {{{.cell = "gru+ln", .coefficient = 1}}},
                   .bound = 475}};
  study.noise_floor = NoiseFloor{.cell = "mlp+ln", .seeds = {43, 44, 45}};
  ASSERT_TRUE(write_study(out, study).has_value());
  const auto again = read_study_header(out);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->claims, study.claims);
  ASSERT_TRUE(again->noise_floor.has_value());
  EXPECT_EQ(again->noise_floor->cell, "mlp+ln");
  EXPECT_EQ(again->noise_floor->seeds, study.noise_floor->seeds);
}

TEST_F(RecordTest, DamagedDeclarationsAreNamed) {
  ASSERT_TRUE(write_study(out, small_study()).has_value());
  const auto text = read_file(out / "study.toml").value();
  for (const auto& [line, part] :
       {std::pair{"claims = 3\n", "'claims' must be a list"},
        std::pair{"claims = [{ id = 'K1' }]\n", "claim 1: needs exactly one of"},
        std::pair{"noise_floor = { seeds = [1] }\n", "'replicate' is missing"},
        std::pair{"noise_floor = { replicate = 'mlp+ln', seeds = [-1] }\n", "'seeds'"}}) {
    put_sound(out / "study.toml", line + text);
    const auto study = read_study_header(out);
    ASSERT_FALSE(study.has_value()) << line;
    EXPECT_THAT(study.error().message, HasSubstr(part));
  }
}

TEST(RunIds, TheNoiseFloorsSeedsFollowTheStudysInItsCell) {
  Study study = small_study();
  study.arms = {"a3c"};
  study.noise_floor = NoiseFloor{.cell = "gru+ln", .seeds = {43, 44}};
  std::vector<std::string> folders;
  for (const auto& id : run_ids(study)) folders.push_back(id.folder().string());
  EXPECT_THAT(folders, testing::ElementsAre("gru+ln/a3c/seed-42", "gru+ln/a3c/seed-7", "gru+ln/a3c/seed-43",
                                            "gru+ln/a3c/seed-44", "mlp+ln/a3c/seed-42", "mlp+ln/a3c/seed-7"));
}

}  // namespace
}  // namespace windhover::record
