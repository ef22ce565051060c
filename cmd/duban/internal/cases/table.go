package cases

import "slices"

// edit is one thing a department does wrong.
type edit = func(*Report)

// plain is the case of a rule's own sentence, named one of its others.
func plain(rule string, edits ...edit) Case { return named(rule, "", edits...) }

func named(rule, name string, edits ...edit) Case {
	return Case{Rule: rule, Name: name, change: func(r *Report) {
		for _, e := range edits {
			e(r)
		}
	}}
}

// set types a text into a project's cell.
func set(project, column, text string) edit {
	return cell(project, column, func(c *Cell) { c.Text = text })
}

// cell changes what stands in a project's cell.
func cell(project, column string, change func(*Cell)) edit {
	return func(r *Report) {
		row := r.Row(project)
		if row.cells[column] == nil {
			row.put(column, "")
		}
		change(row.cells[column])
	}
}

// beside hangs a file on the mail.
func beside(name, refused string) edit {
	return func(r *Report) { r.Files = append(r.Files, File{Name: name, Data: []byte(name), Refused: refused}) }
}

// without takes the workbook out of the mail.
func without(r *Report) { r.BookName = "" }

// instead sends a file in place of the workbook.
func instead(name, refused string) edit {
	return func(r *Report) {
		without(r)
		beside(name, refused)(r)
	}
}

// refused says that the workbook under that name cannot be opened.
func refused(name, reason string) edit {
	return func(r *Report) { r.BookName, r.Refused = name, reason }
}

// only leaves one project in the report.
func only(project string) edit {
	return func(r *Report) {
		for _, s := range r.Sheets {
			s.Rows = slices.DeleteFunc(s.Rows, func(row *Row) bool { return row.Project != project })
		}
		r.Sheets = slices.DeleteFunc(r.Sheets, func(s *Sheet) bool { return len(s.Rows) == 0 })
	}
}

// sheet changes the sheet of projects in construction.
func sheet(change func(*Sheet)) edit {
	return func(r *Report) { change(r.building()) }
}

// told is a case nobody but code of the office's own can raise; found is what it quotes.
func told(rule, found string) Case {
	return plain(rule, func(r *Report) { r.Told, r.Found = true, found })
}

// Typed is a good report but for one cell, and whatever else the edits do: for a rule the
// office added itself.
func Typed(rule, project, column, text string, edits ...func(*Report)) Case {
	return named(rule, "", append([]edit{set(project, column, text)}, edits...)...)
}
