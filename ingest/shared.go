package ingest

import (
	"regexp"
	"slices"
	"strings"

	"duban/state"
)

// One address for several departments. A mail from it may report projects of all of them: its
// rows are routed by project, and each department's week is brought up to date and answered
// as if the mail had been its own. What is wrong with the mail or a whole workbook is told
// once, with the department the sheet names.

// mayReport lists the departments whose projects the sender of a mail of dept may report.
func (d Desk) mayReport(p *Place) []string {
	may := []string{p.Dept}
	for _, id := range p.Sender.Depts {
		if dept := d.Roster.Dept(id); id != p.Dept && dept != nil && dept.Reports {
			may = append(may, id)
		}
	}
	return may
}

// besides finds the further departments of the sender whose projects the workbooks of the
// week report. A sheet that names one department and holds only another's projects is the
// other's.
func (d Desk) besides(p *Place) {
	may := d.mayReport(p)
	if len(may) == 1 {
		return
	}
	var depts []string
	for _, b := range p.Books {
		if b.Refused != "" || p.wrong[b.Name] {
			continue
		}
		for _, row := range b.Rows() {
			project := d.Roster.Project(row.Project)
			if project != nil && slices.Contains(may, project.Dept) && !slices.Contains(depts, project.Dept) {
				depts = append(depts, project.Dept)
			}
		}
	}
	if len(depts) > 0 && !slices.Contains(depts, p.Dept) {
		p.Dept = depts[0]
	}
	p.Besides = slices.DeleteFunc(depts, func(id string) bool { return id == p.Dept })
}

// next is the same mail as one of its further departments has sent it.
func (p Place) next(dept string) Place {
	depts := append([]string{p.Dept}, p.Besides...)
	p.Besides = slices.DeleteFunc(depts, func(id string) bool { return id == dept })
	p.Dept, p.further = dept, true
	p.To, p.Said = nil, nil
	return p
}

// concerning keeps the findings that are told to the department of p, when the mail has
// several: those about its projects, and with the first one all that are about nobody's.
func (d Desk) concerning(p Place, findings []state.Finding) []state.Finding {
	if len(p.Besides) == 0 {
		return findings
	}
	return slices.DeleteFunc(findings, func(f state.Finding) bool {
		project := d.Roster.Project(f.Project)
		if project == nil || project.Dept != p.Dept && !slices.Contains(p.Besides, project.Dept) {
			return p.further
		}
		return project.Dept != p.Dept
	})
}

// ownRows counts the rows of a workbook that are not another department's of the same mail.
func (d Desk) ownRows(p Place, b state.Book) int {
	n := 0
	for _, row := range b.Rows() {
		project := d.Roster.Project(row.Project)
		if project == nil && !p.further || project != nil && !slices.Contains(p.Besides, project.Dept) {
			n++
		}
	}
	return n
}

// judgeAll judges a mail for its department, and again for every further one it reports for.
func (d Desk) judgeAll(r *state.Records, a Arrival, p Place) (Verdict, error) {
	k, err := d.Recall(r, p, a.Opened)
	if err != nil {
		return Verdict{}, err
	}
	v := d.Judge(a.Mail, a.Opened, p, k)
	v.Mail.Besides = p.Besides
	foreign := func(f state.Finding) bool { return f.Rule == ruleForeign && f.Level == state.LevelError }
	if v.Mail.Raise == "" && slices.ContainsFunc(v.Mail.Findings, foreign) {
		v.Mail.Raise = state.RaiseForeign
	}
	if v.Mail.Columns, err = r.NewColumns(p.Dept, extraColumns(v.Mail)); err != nil {
		return Verdict{}, err
	}
	for _, dept := range p.Besides {
		next := p.next(dept)
		if err := d.answers(r, &next, a.Opened); err != nil {
			return Verdict{}, err
		}
		if k, err = d.Recall(r, next, a.Opened); err != nil {
			return Verdict{}, err
		}
		v.join(d.Judge(a.Mail, a.Opened, next, k))
	}
	return v, nil
}

// mostColumns and longestTitle bound what is kept of columns the form does not have.
const (
	mostColumns  = 20
	longestTitle = 60 // characters
)

// extraColumns are the columns of a report's sheets that the form does not have, as its
// findings tell.
func extraColumns(m state.Mail) []state.ExtraColumn {
	var out []state.ExtraColumn
	for _, b := range m.Books {
		for _, s := range b.Sheets {
			told := slices.ContainsFunc(m.Findings, func(f state.Finding) bool {
				return f.Rule == "extra-column" && f.Book == b.Name && f.Sheet == s.Name
			})
			for _, c := range s.Extra {
				if title := cutRunes(strings.TrimSpace(c.Title), longestTitle); told && title != "" && len(out) < mostColumns {
					out = append(out, state.ExtraColumn{Sheet: s.Name, Col: c.Col, Title: title})
				}
			}
		}
	}
	return out
}

// join adds the verdict for a further department: the mail's decision is the strictest one.
func (v *Verdict) join(w Verdict) {
	v.Depts = append(v.Depts, w.Depts...)
	v.Said = append(v.Said, w.Said...)
	for _, f := range w.Mail.Findings {
		told := func(g state.Finding) bool {
			return f.Project == "" && g.Project == "" && g.Rule == f.Rule && g.Book == f.Book
		}
		if !slices.ContainsFunc(v.Mail.Findings, told) {
			v.Mail.Findings = append(v.Mail.Findings, f)
		}
	}
	if w.Mail.Decision == state.DecisionCorrect || v.Mail.Decision == state.DecisionIgnore && w.Mail.Decision == state.DecisionAccept {
		v.Mail.Kind, v.Mail.Decision = w.Mail.Kind, w.Mail.Decision
	}
}

// subjectToken is the number at the end of our subjects, which a reply keeps: [W38-D05].
var subjectToken = regexp.MustCompile(`\[W\d{2}-([^\]\s]{1,20})\]`)

// addressed is the one of several departments to whose letter a mail replies, as its subject
// says; "" when it does not say.
func addressed(m Message, depts []string) string {
	dept := ""
	for _, found := range subjectToken.FindAllStringSubmatch(m.Subject, -1) {
		if !slices.Contains(depts, found[1]) || dept != "" && dept != found[1] {
			return ""
		}
		dept = found[1]
	}
	return dept
}
