package state

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// report is a mail of one workbook with so many rows of thirty cells of every kind.
func report(rows int) *Mail {
	s := Sheet{Name: "在建项目", HeadRow: 3, Totals: []Row{{No: rows + 4, Values: map[string]Value{"ytd_invest": {Cell: "H64", Text: "1", Raw: "1"}}}}}
	for i := range rows {
		values := map[string]Value{}
		for c := range 30 {
			text := fmt.Sprintf("完成K%d+200段路基填筑", i*c)
			values[fmt.Sprintf("column_%02d", c)] = Value{Cell: fmt.Sprintf("%c%d", 'A'+c%26, i+4), Text: text, Raw: text}
		}
		values["ytd_invest"] = Value{Cell: "H4", Raw: "约500", Doubt: "not-a-number", Near: "500"}
		values["rate"] = Value{Cell: "I4", Text: "62.4", Raw: "６２．４", Notes: []string{"fullwidth-digits", "number-as-text"}, ByOffice: true}
		s.Rows = append(s.Rows, Row{Project: fmt.Sprintf("P%d", i), Class: ClassContinuing, Sheet: s.Name, No: i + 4, Values: values})
	}
	s.Rows = append(s.Rows, Row{No: 99}, Row{No: 100, Values: map[string]Value{}})
	return &Mail{ID: "ab", Received: time.Date(2026, 9, 18, 4, 0, 0, 0, time.UTC), Subject: "周报", Books: []Book{{Name: "周报.xlsx", Sheets: []Sheet{s, {Name: "说明", Skipped: "no-header"}}}, {Name: "x.pdf", Refused: "pdf"}}}
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	for _, rows := range []int{0, 1, 60} {
		want := report(rows)
		b, err := new(deflater).encode(want)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(want, report(rows)) {
			t.Error("writing a mail changed it")
		}
		var got Mail
		if err := decode(b, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(&got, want) {
			t.Errorf("%d rows: got\n%+v\nwant\n%+v", rows, got, *want)
		}
		week := &DeptWeek{Dept: "D05", State: Accepted, Lack: []string{"P9"}}
		for _, r := range want.Books[0].Sheets[0].Rows {
			week.Rows = append(week.Rows, Counted{Project: r.Project, YTD: 5 * Wan, Values: r.Values})
		}
		if b, err = new(deflater).encode(week); err != nil {
			t.Fatal(err)
		}
		var gotWeek DeptWeek
		if err := decode(b, &gotWeek); err != nil || !reflect.DeepEqual(&gotWeek, week) {
			t.Errorf("%d rows: %v, got\n%+v\nwant\n%+v", rows, err, gotWeek, *week)
		}
		var short standing
		if err := decode(b, &short); err != nil || !reflect.DeepEqual(short.DeptWeek, week.bare()) {
			t.Errorf("%d rows without their cells: %v, got\n%+v", rows, err, short.DeptWeek)
		}
	}
}

// The same record is the same bytes: a store that is compared with its journal must not
// differ by the order of a map.
func TestARecordIsAlwaysWrittenAlike(t *testing.T) {
	first, err := new(deflater).encode(report(20))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := new(deflater).encode(report(20)); err != nil || string(again) != string(first) {
			t.Fatalf("written differently: %v", err)
		}
	}
}

// A store written before cells stood apart is read as before.
func TestRecordsOfPlainJSONAreRead(t *testing.T) {
	for _, rows := range []int{1, 60} { // plain, and deflated
		want := report(rows)
		b, err := new(deflater).encode(*want) // a Mail is no record of cells, *Mail is
		if err != nil || b[0] != codecJSON && b[0] != codecDeflate {
			t.Fatalf("codec %d, %v", b[0], err)
		}
		var got Mail
		if err := decode(b, &got); err != nil || !reflect.DeepEqual(got.Books[0].Sheets[0].Rows[0], want.Books[0].Sheets[0].Rows[0]) {
			t.Errorf("%d rows: %v", rows, err)
		}
	}
}

// Bytes that are cut or changed give an error or some record, never a panic or the end of
// memory.
func TestDamagedCellsAreAnError(t *testing.T) {
	plain, _, err := plainly(report(2))
	if err != nil {
		t.Fatal(err)
	}
	for i := range plain {
		if err := decode(append([]byte{codecCells}, plain[:i]...), new(Mail)); err == nil {
			t.Fatalf("cut at %d of %d and not noticed", i, len(plain))
		}
		for _, flip := range []byte{1, 0x80, 0xff} {
			bad := append([]byte{codecCells}, plain...)
			bad[i+1] ^= flip
			_ = decode(bad, new(Mail)) // whether it still means something is open
		}
	}
	for codec, v := range map[byte]any{codecCells: new(Cursor), 9: new(Mail)} {
		if err := decode(append([]byte{codec}, plain...), v); err == nil {
			t.Errorf("codec %d into %T must be refused", codec, v)
		}
	}
}

func BenchmarkRecord(b *testing.B) {
	want := report(60)
	d := new(deflater)
	bytes, err := d.encode(want)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if _, err := d.encode(want); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(bytes)), "bytes")
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if err := d.decode(bytes, new(Mail)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write as JSON", func(b *testing.B) {
		for b.Loop() {
			if bytes, err = d.encode(*want); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(bytes)), "bytes")
	})
	b.Run("read JSON", func(b *testing.B) {
		for b.Loop() {
			if err := d.decode(bytes, new(Mail)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
