package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/state"
)

// Meeting is the material for one joint meeting (article 4): when it is and what the week
// before it brought.
type Meeting struct {
	At      time.Time
	Items   []Item // the agenda, most pressing first
	Summary Summary
}

// Item is one point of an agenda.
type Item struct {
	Issue
	Topic  string   // 议题, in one sentence
	Attend []string // short names of those who should come beside the department that reports
	Weeks  int      // how many weeks it has been open, this one included
}

// maxTopic is how long the one sentence of a point may be, in characters.
const maxTopic = 30

// Agenda draws a meeting's points from the open issues: what leaders ask for, then those that
// ask for a decision, the most pressing first, and among equals in the order of the leaders.
func Agenda(s Summary, leaders []state.Leader) []Item {
	place := map[string]int{}
	for i, l := range leaders {
		place[l.ID] = i - len(leaders) // who is not listed comes last
	}
	var out []Item
	for _, i := range slices.Concat(s.orders(), s.Decisions) {
		if i.Order {
			i.Request = "听取落实情况"
		}
		out = append(out, Item{Issue: i, Topic: topic(i), Attend: i.Units, Weeks: weeks(i.Opened, s.Week)})
	}
	slices.SortStableFunc(out, func(a, b Item) int {
		if a.Order != b.Order {
			return map[bool]int{true: -1, false: 1}[a.Order]
		}
		return cmp.Or(cmp.Compare(urgency(a.Issue), urgency(b.Issue)), cmp.Compare(place[a.Lead], place[b.Lead]), cmp.Compare(day(a.Deadline), day(b.Deadline)))
	})
	return out
}

// orders are the open issues that leaders ask for (领导要求).
func (s Summary) orders() []Issue {
	return slices.DeleteFunc(slices.Clone(s.Issues), func(i Issue) bool { return !i.Order })
}

// topic is the first clause of the problem, or of what is asked where no problem is told.
func topic(i Issue) string {
	text := i.Text
	if text == "" {
		text = i.Request
	}
	clause, _, _ := strings.Cut(text, "\n")
	if n := strings.IndexAny(clause, ",,;\uff1b。"); n > 0 {
		clause = clause[:n]
	}
	if r := []rune(clause); len(r) > maxTopic {
		return string(r[:maxTopic]) + "……"
	}
	return clause
}

// weeks counts the weeks from one to another, both included.
func weeks(from, to state.Week) int {
	const week = 7 * 24 * time.Hour
	if from.IsZero() || to.Before(from) {
		return 1
	}
	return int(to.Monday(time.UTC).Sub(from.Monday(time.UTC))/week) + 1
}

// Pack draws the workbook of a meeting: the sheets 议题清单 and 问题清单, on A4.
func Pack(m Meeting, say Words) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // it holds temporary files at most
	b := &book{File: f, Summary: m.Summary, say: say}
	for _, draw := range []func() error{b.makeStyles, func() error { return b.agenda(m) }, b.issues} {
		if err := draw(); err != nil {
			return nil, fmt.Errorf("meeting workbook: %w", err)
		}
	}
	if err := b.finish(); err != nil {
		return nil, fmt.Errorf("meeting workbook: %w", err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("meeting workbook: %w", err)
	}
	return out.Bytes(), nil
}

// agenda draws 议题清单.
func (b *book) agenda(m Meeting) error {
	page := b.page()
	page.Day, page.Items = m.At.Format("1月2日"), len(m.Items)
	t := table{
		name: "议题清单", words: "agenda", about: page,
		columns: []column{
			{width: 5, kind: asNumber},
			{width: 26, kind: asWrapped},
			{width: 18, kind: asWrapped},
			{width: 13, kind: asWrapped},
			{width: 30, kind: asWrapped},
			{width: 30, kind: asWrapped},
			{width: 12, kind: asWrapped},
			{width: 16, kind: asWrapped},
			{width: 11, kind: asText},
			{width: 11, kind: asWrapped},
			{width: 8, kind: asNumber},
		},
	}
	for n, i := range m.Items {
		t.rows = append(t.rows, []any{n + 1, i.Topic, i.Name, i.Leader, i.Text, i.Request, i.DeptName, joined(i.Attend), i.Deadline, b.standing(i.Standing(b.HasPrev)), i.Weeks})
	}
	return b.draw(t)
}
