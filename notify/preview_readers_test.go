package notify_test

import (
	"errors"
	"testing"
	"time"

	"duban/notify"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// Every reader's page and every ledger's can be looked at before it is due; looking queues nothing.
func TestReadersPagesArePreviewedFromTheStore(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	roster := d.Composer.Roster
	roster.Projects = []state.Project{{ID: "P1", Name: "一号项目", Dept: "D01", LeadLeader: "L01"}}
	roster.Recipients = []state.Recipient{{ID: "R01", Body: "区委", Mail: "qwb@lanchuan.example"}}
	d.Composer.Readers.Meeting = state.Meeting{Weekday: time.Monday, At: state.Clock{Hour: 15}, Pack: state.Clock{Hour: 17}}
	d.sweep(clock("09-17 10:00"), asks(clock("09-17 09:00")), func(r *state.Records) error { return r.EnterReports(roster) })
	for _, c := range []struct{ page, who, key string }{
		{notify.PageOwn, "L01", "summary/2026-W38/L01"},
		{notify.PageFormal, "", "summary/2026-W38/R01"},
		{notify.PageStanding, "D01", "standing/2026-W38/D01"},
		{notify.PageMeeting, "", "meeting/2026-W39"},
		{notify.PageVisit, "L01", "visit/2026-09/L01/1"},
		{notify.PageVisits, "", "visit/2026-09"},
	} {
		draft, err := d.PreviewReader(t.Context(), c.page, week38, c.who)
		if err != nil || draft.Key != c.key || draft.HTML == "" {
			t.Errorf("%s: %s %v", c.page, draft.Key, err)
		}
	}
	for _, page := range []string{notify.PageOwn, notify.PageVisit} {
		if _, err := d.PreviewReader(t.Context(), page, week38, "L02"); page == notify.PageVisit && err == nil {
			t.Errorf("%s of a leader who leads nothing", page)
		}
	}
	for _, c := range []struct{ page, who, key string }{
		{notify.PageRequest, "", "request/I01/D02/1"},
		{notify.PageRequest, "D02", "request/I01/D02/1"},
		{notify.PageDaily, "", "daily/2026-W38/0917"},
	} {
		drafts, err := d.PreviewLedger(t.Context(), c.page, week38, c.who)
		if err != nil || len(drafts) != 1 || drafts[0].Key != c.key {
			t.Errorf("%s: %d letters, %v", c.page, len(drafts), err)
		}
	}
	for _, page := range []string{notify.PagePermit, notify.PageScore, notify.PageScores, notify.PageCircular} {
		if _, err := d.PreviewLedger(t.Context(), page, week38, "D02"); !errors.Is(err, notify.ErrNothingToShow) {
			t.Errorf("%s where nothing is due: %v", page, err)
		}
	}
	if got := d.left(); len(got) > 0 {
		t.Errorf("looking sent %q", got)
	}
}
