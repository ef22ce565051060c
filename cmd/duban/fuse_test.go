package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"duban/configs"
)

// A flood that passes four fifths of the limit and the limit in one turn ends as a full outbox:
// the page and /healthz say so, the office gets one letter about either, which the fuse lets
// through, and what waited leaves when the fuse is enlarged.
func TestATrippedFuseIsSeenAndToldOnce(t *testing.T) {
	b := newBureau(t, func(c *configs.Config) { c.Outgoing.Fuse = configs.Fuse{PerAddress: 5, Total: 10} })
	d := &daemon{}
	d.office.Store(b.office)
	at := mustTime("2026-09-18T18:12:00+08:00") // everybody is late and chased
	var told []string
	for n := range 5 {
		b.now = at.Add(time.Duration(n) * 10 * time.Minute)
		err := b.tick(t.Context())
		if fuse := err != nil && strings.Contains(err.Error(), "fuse"); fuse != (n == 0) {
			t.Errorf("turn %d: %v", n, err)
		}
	}
	for _, l := range b.out {
		if strings.HasPrefix(header(t, l.raw).Get("X-Duban-Key"), "health/") {
			told = append(told, l.to+" "+strings.Split(header(t, l.raw).Get("X-Duban-Key"), "/")[2])
		}
	}
	slices.Sort(told)
	if want := []string{b.cfg.Office.Mail + " fuse-0918", b.cfg.Office.Mail + " limit-20260918T1822"}; !slices.Equal(told, want) || len(b.out) != 12 {
		t.Errorf("the office was told by %v, %d letters left; want %v, and ten others", told, len(b.out), want)
	}
	if h := d.health(); len(h) != 2 || !strings.Contains(h[0], "快到上限了") || !strings.Contains(h[1], "发信量超过上限:24小时内已发出") {
		t.Errorf("health says %q", h)
	}
	b.dispatcher.Fuse.Overall = 500
	b.turn(t, at.Add(time.Hour))
	b.turn(t, at.Add(70*time.Minute))
	if len(d.health()) > 0 || len(b.abroad()) != len(b.cfg.Roster.Reporting()) {
		t.Errorf("with a larger fuse health says %q and %d letters have left", d.health(), len(b.abroad()))
	}
}
