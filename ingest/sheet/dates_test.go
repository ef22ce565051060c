package sheet

import (
	"testing"
	"time"
)

// Dates as departments type them. A date that does not exist, or whose year nobody wrote, is a doubt.
func TestDatesAsTyped(t *testing.T) {
	about := time.Date(2026, 9, 18, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ raw, text, near string }{
		{raw: "2026年11月20日", text: "2026-11-20"},
		{raw: "2026年 11月 20日", text: "2026-11-20"},
		{raw: "2026.11.20", text: "2026-11-20"},
		{raw: "2026-11-20", text: "2026-11-20"},
		{raw: "2026/11/20", text: "2026-11-20"},
		{raw: "2026-9-5", text: "2026-09-05"},
		{raw: "20261120", text: "2026-11-20"},
		{raw: "26.11.20", text: "2026-11-20"},
		{raw: "２０２６年１１月２０日", text: "2026-11-20"},
		{raw: "二〇二六年十一月二十日", text: "2026-11-20"},
		{raw: "二○二六年九月三十日", text: "2026-09-30"},
		{raw: "二O二六年十月", text: "2026-10"},
		{raw: "贰零贰陆年拾壹月贰拾日", text: "2026-11-20"},
		{raw: "2026-11-20 23:59:59", text: "2026-11-20"},
		{raw: "2026-11-20T00:00:00", text: "2026-11-20"},
		{raw: "2026年11月20日18:00", text: "2026-11-20"},
		{raw: "2026年11月20日(周五)", text: "2026-11-20"},
		{raw: "2026年11月20号", text: "2026-11-20"},
		{raw: "2024年2月29日", text: "2024-02-29"},
		{raw: "2026年11月", text: "2026-11"},
		{raw: "2026/11", text: "2026-11"},
		{raw: "2026.11", text: "2026-11"},
		{raw: "2026年9月底", text: "2026-09-30"},
		{raw: "2024年2月末", text: "2024-02-29"},
		{raw: "2026年底", text: "2026-12-31"},

		{raw: "11月20日", near: "2026-11-20"},
		{raw: "十一月底", near: "2026-11-30"},
		{raw: "9.30", near: "2026-09-30"},
		{raw: "预计2027年6月", near: "2027-06"},
		{raw: "2026.11.2①", near: "2026-11-02"}, // folded to plain digits it would be the 21st
		{raw: "2026年11月31日"},
		{raw: "2026-13-05"},
		{raw: "2026-02-30"},
		{raw: "2026年2月29日"},
		{raw: "2026 Q4"},
		{raw: "已开工"},
		{raw: "尽快"},
		{raw: "2013-2015"},
		{raw: "2026年10月中旬"},
		{raw: "99999999"},
	} {
		r := readDate(c.raw, about, false, ruleNotDate)
		if r.text != c.text || r.near != c.near || (c.text == "") != (r.doubt == ruleNotDate) {
			t.Errorf("%q: got %+v, want %q near %q", c.raw, r, c.text, c.near)
		}
	}
}

// The deadline of a request lies close to the report's week, so its year is certain without being written.
func TestDeadlineTakesTheYearOfTheReport(t *testing.T) {
	september := time.Date(2026, 9, 18, 0, 0, 0, 0, time.UTC)
	december := time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		raw   string
		about time.Time
		want  string
	}{
		{"9月30日", september, "2026-09-30"},
		{"9月30日前", september, "2026-09-30"},
		{"十月底", september, "2026-10-31"},
		{"10月20日之前", september, "2026-10-20"},
		{"1月15日", december, "2027-01-15"},
		{"2月底", december, "2027-02-28"},
		{"2026年9月底前", september, "2026-09-30"},
		{"9月31日", september, ""},
		{"9.30", september, ""},
		{"9月30日", time.Time{}, ""},
	} {
		r := readDate(c.raw, c.about, true, ruleDeadline)
		if r.text != c.want || (c.want == "") != (r.doubt == ruleDeadline) {
			t.Errorf("%q in %s: got %+v, want %q", c.raw, c.about.Format(time.DateOnly), r, c.want)
		}
	}
}

// Day numbers of both date systems, at the edges where they differ.
func TestSerialDates(t *testing.T) {
	for _, c := range []struct {
		number   string
		date1904 bool
		want     string
	}{
		{"46346", false, "2026-11-20"},
		{"44884", true, "2026-11-20"},
		{"46568.99998842592", false, "2027-06-30"},
		{"1", false, "1900-01-01"},
		{"59", false, "1900-02-28"},
		{"61", false, "1900-03-01"},
		{"0", true, "1904-01-01"},
		{"-1", false, ""},
		{"1e300", false, ""},
		{"NaN", false, ""},
	} {
		if got := serialDate(c.number, c.date1904); got != c.want {
			t.Errorf("%s (1904 %v): got %q, want %q", c.number, c.date1904, got, c.want)
		}
	}
}

// A span names the day it ends; a length names none and is no mistake.
func TestSpansOfYears(t *testing.T) {
	for raw, want := range map[string]string{
		"2024-2026": "2026", "2024—2026年": "2026", "2024年3月-2026年11月": "2026-11", "2024.3～2026.12.31": "2026-12-31", "2026": "2026",
		"2026-12-31": "2026-12-31", "24个月": "", "3年": "",
	} {
		if r := readSpan(raw, time.Time{}); r.text != want || r.doubt != "" {
			t.Errorf("%q: got %+v, want %q", raw, r, want)
		}
	}
}
