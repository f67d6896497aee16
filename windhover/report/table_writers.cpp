#include "windhover/report/table_writers.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "windhover/report/escape.hpp"

namespace windhover::report {
namespace {

constexpr std::size_t longest_float = 40;

bool has_groups(const Table& table) {
  for (const auto& column : table.columns) {
    if (!column.group.empty()) return true;
  }
  return false;
}

/// Columns from `first` on that share its group.
std::size_t group_width(const Table& table, std::size_t first) {
  std::size_t width = 1;
  while (first + width < table.columns.size() &&
         table.columns[first + width].group == table.columns[first].group)
    ++width;
  return width;
}

std::string full_head(const Column& column) {
  return column.group.empty() ? column.head : column.group + " " + column.head;
}

std::size_t shown_rows(const Table& table) { return table.shown_rows.value_or(table.rows.size()); }

// HTML

/// Running text gets room to wrap; a column of a few words does not need it.
bool is_prose(const Table& table, std::size_t index) {
  constexpr std::size_t longest_word_group = 28;
  return std::ranges::any_of(table.rows, [&](const std::vector<Cell>& row) {
    return cell_text(table.columns[index], row[index]).size() > longest_word_group;
  });
}

const char* html_class(const Table& table, std::size_t index) {
  const auto& column = table.columns[index];
  switch (column.kind) {
    case ColumnKind::label:
      return "label";
    case ColumnKind::text:
      return is_prose(table, index) ? "prose" : "label";
    case ColumnKind::verdict:
      return "label";
    default:
      return "number";
  }
}

std::string html_group_row(const Table& table) {
  if (!has_groups(table)) return {};
  std::string row = "<tr class=\"groups\">";
  for (std::size_t i = 0; i < table.columns.size(); i += group_width(table, i)) {
    const auto& group = table.columns[i].group;
    row += fmt::format("<th scope=\"colgroup\" colspan=\"{}\"{}>{}</th>", group_width(table, i),
                       group.empty() ? "" : " class=\"group\"", escape_html(group));
  }
  return row + "</tr>\n";
}

std::string html_cell(const Table& table, std::size_t row, std::size_t index, const char* classes) {
  const auto& column = table.columns[index];
  const auto& cell = table.rows[row][index];
  const auto text = escape_html(cell_text(column, cell));
  const auto source = html_attribute("data-source", cell.source);
  if (column.kind == ColumnKind::verdict) {
    const auto about = cell.about.empty() ? std::string()
                                          : fmt::format(" data-effect=\"{}\" data-verdict=\"{}\"",
                                                        escape_html(cell.about), text);
    return fmt::format("<td class=\"label\"{}{}><span class=\"verdict {}\">{}</span></td>", source, about,
                       slug(text), text);
  }
  // A label that repeats the one above is only hidden, so that it is there for sorting, copying and screen
  // readers.
  const char* again = repeats_above(table, row, index) ? " again" : "";
  if (index == 0) return fmt::format("<th scope=\"row\" class=\"{}{}\">{}</th>", classes, again, text);
  return fmt::format("<td class=\"{}{}\"{}>{}</td>", classes, again, source, text);
}

std::string html_body(const Table& table) {
  std::string text = "<thead>\n" + html_group_row(table) + "<tr>";
  std::vector<const char*> classes;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    classes.push_back(html_class(table, i));
    text +=
        fmt::format("<th scope=\"col\" class=\"{}\">{}</th>", classes[i], escape_html(table.columns[i].head));
  }
  text += "</tr>\n</thead>\n<tbody>\n";
  for (std::size_t row = 0; row < shown_rows(table); ++row) {
    const bool starts_block = row > 0 && table.columns.front().kind == ColumnKind::label &&
                              !repeats_above(table, row, 0) && row + 1 < table.rows.size() &&
                              repeats_above(table, row + 1, 0);
    text += starts_block ? "<tr class=\"block\">" : "<tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) text += html_cell(table, row, i, classes[i]);
    text += "</tr>\n";
  }
  return text + "</tbody>\n";
}

// LaTeX

std::string latex_head(const Table& table) {
  std::string head;
  if (has_groups(table)) {
    std::string rules;
    for (std::size_t i = 0; i < table.columns.size(); i += group_width(table, i)) {
      const std::size_t width = group_width(table, i);
      const auto& group = table.columns[i].group;
      head +=
          fmt::format("{}\\multicolumn{{{}}}{{c}}{{{}}}", i == 0 ? "" : " & ", width, escape_latex(group));
      if (!group.empty()) rules += fmt::format("\\cmidrule(lr){{{}-{}}}", i + 1, i + width);
    }
    head += " \\\\\n" + rules + "\n";
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    head += (i == 0 ? "" : " & ") + escape_latex(table.columns[i].head);
  }
  return head + " \\\\\n";
}

std::string latex_rows(const Table& table) {
  std::string text;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (i > 0) text += " & ";
      if (!repeats_above(table, row, i))
        text += escape_latex(cell_text(table.columns[i], table.rows[row][i]));
    }
    text += " \\\\\n";
  }
  return text;
}

std::string latex_alignment(const Table& table) {
  std::string alignment;
  for (const auto& column : table.columns) {
    alignment += column.kind == ColumnKind::text ? "p{0.3\\linewidth}" : is_numeric(column) ? "r" : "l";
  }
  return alignment;
}

// CSV

std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string csv_cell(const Column& column, const Cell& cell) {
  const auto* range = cell.range();
  if (range != nullptr) return fmt::format("{},{}", csv_number(range->lower), csv_number(range->upper));
  std::string field;
  if (const auto* text = cell.text()) {
    field = escape_csv(*text);
  } else {
    field = csv_number(cell.number());
  }
  return column.kind == ColumnKind::range ? field + "," : field;
}

}  // namespace

/// Where the rows are that a page does not show.
std::string html_rest(const Table& table) {
  if (!table.shown_rows) return {};
  const auto which = *table.shown_rows == 0 ? fmt::format("The data, {} rows", table.rows.size())
                                            : fmt::format("All {} rows", table.rows.size());
  return fmt::format("<p class=\"rest\">{}: <a href=\"tables/{}.csv\">tables/{}.csv</a></p>\n", which,
                     escape_html(table.id), escape_html(table.id));
}

std::string html_table(const Table& table) {
  const auto title = escape_html(numbered_title(table.number, table.title));
  std::string content = fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" "
      "tabindex=\"0\">\n<table>\n{}</table>\n</div>\n",
      title, html_body(table));
  if (table.shown_rows && *table.shown_rows == 0) {
    content.clear();
  } else if (table.long_list) {
    content = fmt::format("<details>\n<summary>Data, {} rows</summary>\n{}</details>\n", table.rows.size(),
                          content);
  }
  content += html_rest(table);
  return fmt::format(
      "<figure class=\"table\" id=\"{}\"{}>\n<figcaption><strong>{}</strong> {}</figcaption>\n{}</figure>\n",
      escape_html(table.id), html_attribute("data-actions", table.actions), title, escape_html(table.caption),
      content);
}

std::string markdown_table(const Table& table) {
  std::string text = fmt::format("**{}** {}\n\n|", escape_markdown(numbered_title(table.number, table.title)),
                                 escape_markdown(table.caption));
  std::string rule = "|";
  if (shown_rows(table) == 0) {
    return fmt::format("**{0}** {1} All {2} rows: [tables/{3}.csv](tables/{3}.csv)\n\n",
                       escape_markdown(numbered_title(table.number, table.title)),
                       escape_markdown(table.caption), table.rows.size(), table.id);
  }
  for (const auto& column : table.columns) {
    text += fmt::format(" {} |", escape_markdown(full_head(column)));
    rule += is_numeric(column) ? " ---: |" : " --- |";
  }
  text += "\n" + rule + "\n";
  for (std::size_t row = 0; row < shown_rows(table); ++row) {
    text += '|';
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const bool again = repeats_above(table, row, i);
      text +=
          fmt::format(" {} |", again ? "" : escape_markdown(cell_text(table.columns[i], table.rows[row][i])));
    }
    text += '\n';
  }
  if (table.shown_rows)
    text += fmt::format("\nAll {0} rows: [tables/{1}.csv](tables/{1}.csv)\n", table.rows.size(), table.id);
  return text + "\n";
}

std::string latex_table(const Table& table) {
  // LaTeX numbers tables itself.
  const auto caption = fmt::format("\\caption{{{} {}}}\\label{{tab:{}}}", escape_latex(table.title),
                                   escape_latex(table.caption), table.id);
  if (table.rows.size() > longest_float) {
    return fmt::format(
        "% needs "
        "\\usepackage{{booktabs,longtable}}\n\\begin{{longtable}}{{{}}}\n{}\\\\\n\\toprule\n{}"
        "\\midrule\n\\endhead\n{}\\bottomrule\n\\end{{longtable}}\n",
        latex_alignment(table), caption, latex_head(table), latex_rows(table));
  }
  return fmt::format(
      "% needs "
      "\\usepackage{{booktabs}}\n\\begin{{table}}\n\\centering\n{}\n\\begin{{tabular}}{{{}}}\n\\toprule\n{}"
      "\\midrule\n{}\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n",
      caption, latex_alignment(table), latex_head(table), latex_rows(table));
}

std::string csv_table(const Table& table) {
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (i > 0) text += ',';
    if (column.kind == ColumnKind::range) {
      text += escape_csv(full_head(column) + " lower") + "," + escape_csv(full_head(column) + " upper");
    } else {
      text += escape_csv(full_head(column));
    }
  }
  text += '\n';
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      text += csv_cell(table.columns[i], row[i]);
    }
    text += '\n';
  }
  return text;
}

}  // namespace windhover::report
