package state

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Issue is one problem a department reported on a project, kept until it is closed
// explicitly (销号): a blank cell closes nothing.
type Issue struct {
	ID       string    `json:"issue_id"` // "I07": stable, in the order of first report
	Project  string    `json:"project_id"`
	Dept     string    `json:"dept,omitempty"`
	Type     string    `json:"type,omitempty"`
	Text     string    `json:"text"`
	Request  string    `json:"request"`
	Units    []string  `json:"units"`
	Deadline string    `json:"deadline"` // ISO day, "" when none was given
	Opened   Week      `json:"opened"`
	Seen     Week      `json:"seen"`   // the last week it was reported
	Closed   Week      `json:"closed"` // zero while open
	Since    time.Time `json:"since"`
}

// The form's columns an issue is drawn from (configs/form.yaml).
const (
	columnProblems     = "problems"
	columnRequest      = "coordination_request"
	columnRequestUnits = "coordination_units"
	columnRequestBy    = "request_deadline"
)

func issueID(n int) string { return fmt.Sprintf("I%02d", n) }

// SaysNothing reports whether a text answers that there is nothing to say.
func SaysNothing(text string) bool {
	switch strings.Trim(text, " 。.;\uff1b") {
	case "", "无", "暂无", "没有", "不涉及", "/", "—", "-":
		return true
	}
	return false
}

func (c *Counted) text(column string) string {
	if v := c.Values[column]; v.Doubt == "" {
		return v.Text
	}
	return ""
}

// before finds the day a request names: 请文峰街道9月30日前完成.
var before = regexp.MustCompile(`(\d{1,2})月(\d{1,2})日(?:之)?前`)

// dayNamed is the one day a request asks to be answered by, ISO; "" when it names none or
// several. The year is the one in which the day lies nearest after the week.
func dayNamed(request string, w Week) string {
	found := before.FindAllStringSubmatch(request, 2)
	if len(found) != 1 {
		return ""
	}
	day, err := time.Parse("2006-1-2", fmt.Sprintf("%d-%s-%s", w.Year, found[0][1], found[0][2]))
	if err != nil {
		return ""
	}
	const halfYear = 183
	if days(day, w.Monday(time.UTC)) > halfYear {
		day = day.AddDate(1, 0, 0)
	}
	return day.Format(isoDay)
}

// UnitsIn lists the departments and external units a text names, by id, each once, in the
// order of the registry.
func (r *Roster) UnitsIn(text string) []string {
	out := []string{}
	for _, d := range r.Depts {
		if slices.ContainsFunc(append([]string{d.Name, d.Short}, d.Aliases...), func(n string) bool { return n != "" && strings.Contains(text, n) }) {
			out = append(out, d.ID)
		}
	}
	for _, u := range r.Units {
		name, _, _ := strings.Cut(u.Name, "(")
		if name != "" && strings.Contains(text, name) {
			out = append(out, u.ID)
		}
	}
	return out
}
