package main

import "duban/cmd/duban/internal/demo"

// expiries foretells what the office is told of the ends of what it freed in a week: on the
// working day before the last, at nine, or once duban is there again.
func (o *yearOracle) expiries(i int, dept string) {
	a := o.Act(o.Weeks[i].Name, dept)
	o.expiry(i, a.Weeks, dept)
	o.expiry(i, a.Spares, o.cast.spared[dept])
}

// expiry is that of one subject, freed for some weeks from the one that is number i.
func (o *yearOracle) expiry(i, weeks int, subject string) {
	if weeks == 0 || subject == "" {
		return
	}
	until := o.Weeks[i+weeks-1].Friday
	for _, w := range o.Weeks {
		if w.Due.Before(until) {
			continue
		}
		if told := o.within(demo.Workday(until, -1, 9, 0), until.AddDate(0, 0, 7)); len(told) > 0 {
			o.letter(told[0], "notice/"+w.Name+"/exempt-"+subject+"-"+until.Format("0102"), o.cast.office)
		}
		return
	}
}
