package notify

import (
	"fmt"
	"time"

	"duban/notify/report"
	"duban/state"
)

// scorePage is the data of score.*.tmpl: one department's month.
type scorePage struct {
	Frame    frame
	To       addressed
	Month    string
	Points   string // the mean of the weeks that count; "" when none does
	Full     string
	Scored   string
	Weeks    []scoreWeek
	ObjectBy string // until when the department may object, with its year
	Approved string
}

// scoreWeek is one week of a department.
type scoreWeek struct {
	Week                      string
	Due                       string // its deadline
	Points                    string // "" when it does not count
	OnTime, Quality, Complete string // the parts of it
	Lines                     []scoreLine
}

// scoreLine is a deduction, or what was left out of account.
type scoreLine struct {
	Part, Points string // Points is "" where nothing is taken off
	Why          string
	Mail         string // when the mail came; "" for none
	Letter       string // when our letter left
}

// scoresPage is the data of scores.*.tmpl: the office's draft.
type scoresPage struct {
	Frame    frame
	Title    string
	Month    string
	Weeks    string // how many count
	Full     string
	Depts    []scoreRow
	Until    string // the question lapses then
	Approved string
	File     string // "" when none is attached
}

// scoreRow is a department in the office's draft.
type scoreRow struct {
	Unit, Points, Weeks string
	Notes               []string // its deductions, "第38周 质量−1"
}

// Scores gives the office the month's sheet as a draft (mails, row 30), with every line of
// evidence in a workbook.
func (c *Composer) Scores(m state.MonthScore, title string, expires, now time.Time) (Draft, error) {
	d := c.letter(scoreSheet(m.Month, "office"), c.toOffice(), now)
	d.Week = c.Schedule.Current(now)
	p := scoresPage{
		Frame: c.frame(d, ""), Title: title, Month: monthName(m.Month), Weeks: count(len(m.Weeks)), Full: m.Full.String(),
		Until: c.at(expires), Approved: m.Approved,
	}
	for _, dept := range m.Depts {
		row := scoreRowOf(dept)
		for _, w := range dept.Weeks {
			for _, l := range w.Lines {
				if l.Points > 0 {
					row.Notes = append(row.Notes, fmt.Sprintf("%s %s−%s", w.Week.Spoken(), l.Part, l.Points))
				}
			}
		}
		p.Depts = append(p.Depts, row)
	}
	if c.Sheets != nil {
		data, err := c.Sheets(c.scoreTables(m))
		if err != nil {
			return Draft{}, fmt.Errorf("write %s: draw the workbook: %w", d.Key, err)
		}
		p.File = fmt.Sprintf("报送质量得分_%s_草稿.xlsx", m.Month)
		d.Files = []File{{Name: p.File, Type: typeXLSX, Data: data}}
	}
	return c.render(d, "scores", p)
}

// askScore is the data of ask-score.txt.tmpl: the sheet as the question shows it.
type askScore struct {
	Year, Month, Full string
	Depts             []scoreRow
}

// scoreProposal is the question whether the departments may have their scores of a month.
func (c *Composer) scoreProposal(m state.MonthScore, body []byte, expires, now time.Time) (state.Proposal, error) {
	p := askScore{Year: fmt.Sprint(m.Month.Year), Month: monthName(m.Month), Full: m.Full.String()}
	for _, d := range m.Depts {
		p.Depts = append(p.Depts, scoreRowOf(d))
	}
	return c.asked(state.Proposal{
		Key: scoreKey(m.Month), Kind: state.ProposalScore, Week: c.Schedule.Current(now), Made: now, Expires: expires, Body: body,
	}, "score", p)
}

// scoreRowOf is a department's month in a line.
func scoreRowOf(d state.DeptScore) scoreRow {
	row := scoreRow{Unit: d.Short, Weeks: fmt.Sprint(d.Scored)}
	if d.Scored > 0 {
		row.Points = d.Points.String()
	}
	return row
}

// scoreTables are the sheets of the draft's workbook.
func (c *Composer) scoreTables(m state.MonthScore) []report.Table {
	sums := report.Table{Name: "得分", Heads: []string{"编号", "单位", "计分周数", "月平均分"}, Widths: []float64{8, 18, 10, 10}}
	lines := report.Table{
		Name:   "扣分依据",
		Heads:  []string{"单位", "周次", "本周得分", "项目", "扣分", "依据", "来信收到时间", "来信编号", "我方信件", "我方发出时间"},
		Widths: []float64{16, 10, 10, 8, 8, 70, 18, 36, 34, 18},
	}
	for _, w := range m.Weeks {
		sums.Heads, sums.Widths = append(sums.Heads, w.String()), append(sums.Widths, 11)
	}
	for _, d := range m.Depts {
		row := []any{d.Dept, d.Short, d.Scored, ""}
		if d.Scored > 0 {
			row[3] = asNumber(d.Points)
		}
		for _, week := range m.Weeks {
			var cell any = ""
			for _, w := range d.Weeks {
				switch {
				case w.Week != week:
				case w.Scored:
					cell = asNumber(w.Points)
				default:
					cell = "不计分"
				}
			}
			row = append(row, cell)
		}
		sums.Rows = append(sums.Rows, row)
		for _, w := range d.Weeks {
			for _, l := range w.Lines {
				var whole any = "不计分"
				if w.Scored {
					whole = asNumber(w.Points)
				}
				lines.Rows = append(lines.Rows, []any{
					d.Short, w.Week.String(), whole, string(l.Part), asNumber(l.Points), l.Why, c.stamp(l.MailAt), l.Mail, l.Letter, c.stamp(l.LetterAt),
				})
			}
		}
	}
	return []report.Table{sums, lines}
}

// asNumber is a score as a spreadsheet's number.
func asNumber(p state.Points) float64 { return float64(p) / 10 }

// stamp writes an instant for a table; "" for none.
func (c *Composer) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(c.Schedule.Zone).Format("2006-01-02 15:04")
}

// DeptScore gives a department its own month, after the office agreed (mails, row 30).
func (c *Composer) DeptScore(m state.MonthScore, dept state.DeptScore, now time.Time) (Draft, error) {
	d := c.letter(scoreSheet(m.Month, dept.Dept), c.toDept(dept.Dept, nil), now)
	d.Week, d.Dept, d.NotBefore = c.Schedule.Current(now), dept.Dept, c.quiet(now)
	p := scorePage{
		Frame: c.frame(d, dept.Dept), To: c.addressed(dept.Dept), Month: monthName(m.Month), Full: m.Full.String(), Scored: count(dept.Scored),
		ObjectBy: c.fullAt(c.Schedule.At.On(c.Schedule.Calendar.AddWorkdays(now.In(c.Schedule.Zone), scoreObject))), Approved: m.Approved,
	}
	if dept.Scored > 0 {
		p.Points = dept.Points.String()
	}
	for _, w := range dept.Weeks {
		p.Weeks = append(p.Weeks, c.scoreWeek(w))
	}
	return c.render(d, "score", p)
}

func (c *Composer) scoreWeek(w state.WeekScore) scoreWeek {
	out := scoreWeek{Week: w.Week.Spoken(), Due: c.at(c.Schedule.Deadline(w.Week).Due)}
	if w.Scored {
		out.Points = w.Points.String()
		out.OnTime, out.Quality, out.Complete = w.OnTime.String(), w.Quality.String(), w.Complete.String()
	}
	for _, l := range w.Lines {
		line := scoreLine{Part: string(l.Part), Why: trim(l.Why, 2*quoteText)}
		if l.Points > 0 {
			line.Points = l.Points.String()
		}
		if !l.MailAt.IsZero() {
			line.Mail = c.at(l.MailAt)
		}
		if !l.LetterAt.IsZero() {
			line.Letter = c.at(l.LetterAt)
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}
