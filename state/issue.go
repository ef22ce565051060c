package state

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Issue is one problem a department reported on a project, kept until it is closed
// explicitly (销号): a blank cell closes nothing. What is known of it follows from History
// alone; the fields above it are how that stands after the last word.
type Issue struct {
	ID       string    `json:"issue_id"` // "I07": stable, in the order of first report
	Project  string    `json:"project_id"`
	Dept     string    `json:"dept,omitempty"` // who reported it first
	Type     string    `json:"type,omitempty"`
	Leader   string    `json:"leader,omitempty"` // who of the leaders asks for it (order.go); "" for a department's problem
	Text     string    `json:"text"`
	Request  string    `json:"request"`
	Units    []string  `json:"units"`    // departments and external units asked, the one named first before the others
	Deadline string    `json:"deadline"` // ISO day, "" when none was given
	Opened   Week      `json:"opened"`
	Seen     Week      `json:"seen"`   // the last week it was reported
	Closed   Week      `json:"closed"` // zero while open
	Since    time.Time `json:"since"`

	Urgency Urgency   `json:"urgency,omitempty"`
	Merged  string    `json:"merged_into,omitempty"` // the issue it goes on under, by the office's decision
	History []Said    `json:"history,omitempty"`     // what was said, oldest first
	Asks    []Ask     `json:"asks,omitempty"`        // how the request was handed over, oldest first
	Changed time.Time `json:"changed,omitzero"`      // when the problem or the request was last said otherwise than before
}

// Urgency is how pressing a department says a problem is (紧急程度).
type Urgency string

// The degrees that are told at once. Anything else waits for the weekly.
const (
	Urgent     Urgency = "紧急"
	MostUrgent Urgency = "特急" // told at night too
)

// urgencyOf reads the form's column; words of doubt are none of the degrees.
func urgencyOf(text string) Urgency {
	switch strings.Trim(text, " 。.!\uff01") {
	case "紧急", "急", "加急", "急件":
		return Urgent
	case "特急", "特别紧急", "特急件":
		return MostUrgent
	}
	return ""
}

// Asker is the department that answers for the issue's project now, whoever reported it: it
// says whether the issue is solved.
func (i *Issue) Asker(r *Roster) string {
	if p := r.Project(i.Project); p != nil {
		return p.Dept
	}
	return i.Dept
}

// The form's columns an issue is drawn from (configs/form.yaml).
const (
	columnProblems     = "problems"
	columnRequest      = "coordination_request"
	columnRequestUnits = "coordination_units"
	columnRequestBy    = "request_deadline"
	columnUrgency      = "urgency"
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
// order in which the text names them: the first one leads.
func (r *Roster) UnitsIn(text string) []string {
	type named struct {
		id string
		at int
	}
	var found []named
	for _, d := range r.Depts {
		if at := d.namedIn(text); at >= 0 {
			found = append(found, named{d.ID, at})
		}
	}
	for _, u := range r.Units {
		name, _, _ := strings.Cut(u.Name, "(")
		if at := strings.Index(text, name); name != "" && at >= 0 {
			found = append(found, named{u.ID, at})
		}
	}
	slices.SortStableFunc(found, func(a, b named) int { return a.at - b.at })
	out := []string{}
	for _, n := range found {
		out = append(out, n.id)
	}
	return out
}

// UnitCalled is the id of the department or external unit a person calls by its id or by one of
// its names; "" when none, or several departments, have it.
func (r *Roster) UnitCalled(word string) string {
	if d := r.FindDept(word); d != nil {
		return d.ID
	}
	for _, u := range r.Units {
		if name, _, _ := strings.Cut(u.Name, "("); word == u.ID || word == u.Name || word == name {
			return u.ID
		}
	}
	return ""
}

// namedIn is where a text first names the department; -1 when it does not. 市交通局 is not
// the district's 交通局.
func (d *Dept) namedIn(text string) int {
	first := -1
	for _, name := range append([]string{d.Name, d.Short}, d.Aliases...) {
		for from := 0; name != ""; {
			at := strings.Index(text[from:], name)
			if at < 0 {
				break
			}
			at += from
			above, _ := utf8.DecodeLastRuneInString(text[:at])
			if !strings.ContainsRune("省市县", above) || strings.HasPrefix(d.Name, "市") {
				if first < 0 || at < first {
					first = at
				}
				break
			}
			from = at + len(name)
		}
	}
	return first
}
