// Package report draws the pages people read from a week's digest.
//
// view.go joins the digest with the names of the registry and the words of the reports
// (Summary); the leaders' letter, the workbook and the status page are all drawn from that.
// view_rows.go builds its lines. workbook.go draws the consolidated workbook, its sheets in
// workbook_classes.go and workbook_sheets.go, its words (from templates) in workbook_words.go, its
// looks in workbook_styles.go; agenda.go a meeting's agenda and its workbook; export.go plain
// tables, as for the office's own statistics.
//
// mark.go returns a department's own workbook with its faulty cells marked. It changes the
// package at the places concerned and nowhere else: mark_package.go and mark_relations.go
// hold the zip, mark_xml.go, mark_tree.go, mark_text.go and mark_ref.go find places in a part,
// mark_canvas.go, mark_sheet.go and mark_styles.go paint cells, mark_comments.go writes beside
// them, mark_list.go draws the sheet 补正清单 and mark_book.go puts it first; mark_items.go
// chooses the words, mark_again.go takes our own marks off a workbook that came back.
//
// forms.go draws a department's pre-filled form: forms_sheet.go one sheet of it, forms_fill.go
// what stands in its cells, forms_guard.go prompts and checks, forms_looks.go colours and locks.
package report
