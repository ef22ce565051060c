package state_test

import (
	"slices"
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

// A later exemption of the same subject, an extension and a taking back leave the weeks before
// them as they were: a month is scored weeks after. Records without a history are still read.
func TestALaterExemptionLeavesEarlierWeeksExempt(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	day := func(s string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	put := func(from int, until string) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.PutExemption(state.Exemption{Subject: "D25", From: state.Week{Year: 2026, No: from}, Until: day(until)})
		}
	}
	clear := func(from int) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.ClearExemption("D25", state.Week{Year: 2026, No: from})
		}
	}
	for name, c := range map[string]struct {
		old  string // until when a record without a history exempts, from W36 on
		acts []func(*state.Records) error
		want []int // the exempt weeks
	}{
		"two, apart":                        {acts: []func(*state.Records) error{put(36, "2026-09-04"), put(38, "2026-09-18")}, want: []int{36, 38}},
		"extended from its first week":      {acts: []func(*state.Records) error{put(36, "2026-09-04"), put(36, "2026-09-18")}, want: []int{36, 37, 38}},
		"extended while it lasts":           {acts: []func(*state.Records) error{put(36, "2026-09-11"), put(37, "2026-09-25")}, want: []int{36, 37, 38, 39}},
		"cut short":                         {acts: []func(*state.Records) error{put(36, "2026-10-02"), put(37, "2026-09-11")}, want: []int{36, 37}},
		"taken back later":                  {acts: []func(*state.Records) error{put(36, "2026-10-02"), clear(38)}, want: []int{36, 37}},
		"taken back from its first week":    {acts: []func(*state.Records) error{put(36, "2026-10-02"), clear(36)}},
		"the weeks behind are decided anew": {acts: []func(*state.Records) error{put(38, "2026-10-02"), put(36, "2026-09-11")}, want: []int{36, 37}},
		"without a history":                 {old: "2026-09-11", acts: []func(*state.Records) error{put(39, "2026-09-25")}, want: []int{36, 37, 39}},
		"without a history, taken back":     {old: "2026-09-25", acts: []func(*state.Records) error{clear(38)}, want: []int{36, 37}},
	} {
		t.Run(name, func(t *testing.T) {
			kv := memkv.New()
			store, err := state.NewStore(t.Context(), kv)
			if err != nil {
				t.Fatal(err)
			}
			if c.old != "" {
				text := `{"Subject":"D25","From":"2026-W36","Until":"` + day(c.old).Format(time.RFC3339) + `","Reason":"换届交接","By":"张三"}`
				b := append([]byte{1}, text...) // JSON, see codec.go
				if err := kv.Update(t.Context(), func(tx state.Tx) error { return tx.Set("exempt/D25", b) }); err != nil {
					t.Fatal(err)
				}
			}
			for _, act := range c.acts {
				if err := store.Update(t.Context(), act); err != nil {
					t.Fatal(err)
				}
			}
			var got []int
			err = store.View(t.Context(), func(r *state.Records) error {
				got = nil
				for no := 34; no <= 42; no++ {
					w := state.Week{Year: 2026, No: no}
					d := state.Deadline{Week: w, Nominal: w.Day(time.Friday, zone)}
					x, err := r.ExemptIn(d)
					if err != nil {
						return err
					}
					if x.Has("D25") {
						got = append(got, no)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("exempt in %v, want %v", got, c.want)
			}
		})
	}
}
