package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"duban/state"
)

// agreed records changes of the registry as a turn does that carries out the office's word.
func (d *district) agreed(changes ...state.Change) {
	d.t.Helper()
	in := &invocation{config: d.config, dir: d.dir, now: d.wall, stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}
	err := in.inOffice(d.t.Context(), func(ctx context.Context, o *office) error {
		return o.archive.store.Update(ctx, func(r *state.Records) error {
			for _, c := range changes {
				if err := r.PutChange(c); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// asOfWall runs a command at the district's own time.
func (d *district) asOfWall(args ...string) (stdout string, code int) {
	d.t.Helper()
	var out, faults bytes.Buffer
	in := &invocation{args: append([]string{"-c", d.config}, args...), dir: d.dir, stdin: strings.NewReader(""), stdout: &out, stderr: &faults, now: d.wall}
	code = carryOut(d.t.Context(), in)
	return out.String(), code
}

// What the office agreed to shows in every command at once, before the next turn and whatever the
// registry's files still say.
func TestCommandsSeeWhatWasAgreedSinceTheLastTurn(t *testing.T) {
	d := newDistrict(t)
	week := state.Week{Year: 2026, No: 38}
	d.set(time.Date(2026, 9, 17, 12, 0, 0, 0, time.FixedZone("CST", 8*60*60)))
	d.must("once", "--at", d.wall().Format(time.RFC3339))
	d.agreed(
		state.Change{
			Project: "LC2026-061", Field: state.ChangeJoin, New: "2026-09-12", From: week, Proposal: "addition/2026/D05-1",
			Entry: state.Entry{
				Name: "滨江绿道提升工程", Class: state.ClassContinuing, Dept: "D05", LeadLeader: "L10", Total: 6800 * state.Wan, YearPlan: 1500 * state.Wan, Year: 2026,
				OpeningYTD: 360 * state.Wan, OpeningWeek: state.Week{Year: 2026, No: 37},
			},
		},
		state.Change{Project: "LC2026-006", Field: state.ChangeDept, Old: "D05", New: "D22", From: week, Proposal: "change/1"},
	)
	text, _ := d.asOfWall("week", "2026-W38", "--json")
	if !strings.Contains(text, `"LC2026-061"`) {
		t.Error("week --json does not hold the project that joined")
	}
	for _, c := range []struct {
		args        []string
		says, never string
	}{
		{[]string{"preview", "due", "--week", "2026-W38", "--dept", "D05"}, "〔LC2026-061〕滨江绿道提升工程", "LC2026-006"},
		{[]string{"preview", "due", "--week", "2026-W38", "--dept", "D22"}, "LC2026-006", "LC2026-061"},
		{[]string{"preview", "preview", "--week", "2026-W38"}, "61个重大项目年度累计", "60个重大项目"},
		{[]string{"preview", "own", "--week", "2026-W38", "--leader", "L10"}, "滨江绿道提升工程", ""},
		{[]string{"exempt", "滨江绿道提升工程", "--until", "2026-09-30", "--week", "2026-W38", "--reason", "核对", "--by", "张三"}, "LC2026-061 滨江绿道提升工程", ""},
		{[]string{"why", "D05", "2026-W38"}, "LC2026-061 免报至9月30日", ""},
	} {
		args := c.args
		if args[0] == "preview" {
			args = append(args, "--dir", t.TempDir())
		}
		out, _ := d.asOfWall(args...)
		if !strings.Contains(out, c.says) || c.never != "" && strings.Contains(out, c.never) {
			t.Errorf("%s: want %q and not %q in\n%s", strings.Join(args, " "), c.says, c.never, out)
		}
	}
}

// A project is expected no more from the week the office names, whatever was reported for the
// weeks before; one that is not on the list in that week is not closed.
func TestAProjectIsClosedFromTheWeekTheOfficeNames(t *testing.T) {
	d := newDistrict(t)
	d.set(time.Date(2026, 9, 17, 12, 0, 0, 0, time.FixedZone("CST", 8*60*60)))
	d.agreed(state.Change{Project: "LC2026-061", Field: state.ChangeJoin, New: "2026-09-19", From: state.Week{Year: 2026, No: 39}, Entry: state.Entry{Name: "滨江绿道提升工程", Dept: "D05"}})
	why := []string{"--reason", "核实", "--by", "张三"}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"close", "LC2026-006", "--week", "2026-W40"}, exitDone, "从 2026-W40 起不再要求报送"},
		{[]string{"close", "LC2026-006", "--week", "2026-W41"}, exitUsage, ""},
		{[]string{"reopen", "LC2026-006", "--week", "2026-W42"}, exitDone, "从 2026-W42 起照常要报"},
		{[]string{"close", "LC2026-043"}, exitDone, "从 2026-W38 起不再要求报送"},
		{[]string{"close", "LC2026-061", "--week", "2026-W38"}, exitUsage, ""},
		{[]string{"close", "LC2026-061", "--week", "2026-W39"}, exitDone, "从 2026-W39 起"},
		{[]string{"close", "LC2026-049", "--week", "W41"}, exitUsage, ""},
	} {
		out, code := d.asOfWall(append(c.args, why...)...)
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%v: exit %d, want %d: %s", c.args, code, c.code, out)
		}
		d.set(d.wall().Add(time.Minute))
	}
}
