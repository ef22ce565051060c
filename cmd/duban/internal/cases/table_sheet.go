package cases

// layouts are the rules about a sheet's layout.
func layouts() []Case {
	return []Case{
		plain("header-not-found", func(r *Report) {
			r.Sheets = r.Sheets[:1]
			r.building().NoHead = true
		}).also("project-missing"),
		plain("no-project-row", func(r *Report) {
			r.Sheets = r.Sheets[:1]
			r.building().Rows = nil
		}).also("project-missing"),
		plain("column-missing", sheet(func(s *Sheet) { s.drop("week_invest") })),
		named("column-missing", "不影响计数的列", sheet(func(s *Sheet) { s.drop("next_plan") })),
		plain("extra-column", sheet(func(s *Sheet) { s.add("remark", "plot", "地块编号", "A-12", "A-15") })),
		plain("hidden-row", func(r *Report) { r.Row(Plant).Hidden = true }),
		plain("hidden-column", sheet(func(s *Sheet) {
			s.add("ytd_invest", "", "年度累计完成投资(万元)", "4300", "900").Hidden = true
		})),
		plain("hidden-sheet", func(r *Report) {
			old := *r.building()
			old.Name, old.Hidden = "上周", true
			r.Sheets = append(r.Sheets, &old)
		}),
		plain("example-row", func(r *Report) {
			row := r.extra("例", "例:文化广场改造", map[string]string{"seq": "例", "project_id": ""})
			s := r.building()
			s.Rows = append([]*Row{row}, s.Rows[:len(s.Rows)-1]...)
			for _, c := range s.Columns {
				if c.def != nil && c.def.Sum {
					row.put(c.ID, "")
				}
			}
		}),
		plain("nil-return", func(r *Report) { r.building().Below = "本周无变化" }),
		plain("duplicate-column", sheet(func(s *Sheet) {
			s.add("progress", "again", "形象进度", "路基完成88%", "清水池底板浇筑完成")
		})),
		plain("ambiguous-header", sheet(func(s *Sheet) {
			s.drop("cum_invest")
			s.column("ytd_invest").Title = "累计完成投资(万元)"
			s.Rows[0].put("ytd_invest", "8000")
			s.Rows[1].put("ytd_invest", "2000")
		})).also("column-missing"),
		plain("period-conflict", func(r *Report) { r.Sheets[1].Below = "报告期:2026年第37周" }),
		plain("total-row-mismatch", sheet(func(s *Sheet) { s.Totals["week_invest"] = "280" })),
		named("total-row-mismatch", "亩数", sheet(func(s *Sheet) { s.Totals["land_done_mu"] = "260" })),
	}
}

// figure is a case in the road's cumulative of the year.
func figure(rule string, change func(*Cell)) Case {
	return plain(rule, cell(Road, "ytd_invest", change))
}

// cells are the rules about one cell: whether it can be read, and whether it is filled in.
func cells() []Case {
	return []Case{
		plain("value-unclear", sheet(func(s *Sheet) { s.column("land_done_mu").Title = "已征地(公顷)" })),
		figure("not-a-number", func(c *Cell) { c.Text = "约4420" }),
		figure("error-value", func(c *Cell) { c.Text, c.Failed, c.Formula = "#REF!", true, "#REF!+H4" }),
		figure("formula-no-result", func(c *Cell) { c.Formula, c.Pending = "G4+H4", true }),
		figure("formula-stale", func(c *Cell) { c.Formula, c.Text = "4300+120+10", "4420" }),
		plain("became-date", cell(Road, "next_plan", func(c *Cell) { c.Text, c.Date = "46300", true })),
		figure("struck-through", func(c *Cell) { c.Struck = true }),
		plain("merged-value", func(r *Report) {
			at := r.Place(Road, "funds_in")
			r.building().Merged = append(r.building().Merged, at+":"+r.Place(Plant, "funds_in"))
		}),
		figure("cell-note", func(c *Cell) { c.Note = "财务口径4390,以此为准" }),
		plain("not-a-date", func(r *Report) {
			r.building().add("remark", "actual_start", "实际开工时间", "2024.13.5", "2026-05-20")
		}),
		plain("deadline-not-a-date", set(Road, "request_deadline", "尽快")),
		plain("not-a-choice", set(Road, "permit_land", "差不多了")),
		plain("vague-date", set(Road, "request_deadline", "2026年9月")),
		plain("year-from-period", set(Road, "request_deadline", "9月30日")),
		plain("fullwidth-digits", cell(Road, "ytd_invest", func(c *Cell) { c.Text = "４４２０" })),
		plain("number-as-text", cell(Road, "ytd_invest", func(c *Cell) { c.Typed = true })),
		plain("unit-in-cell", cell(Road, "ytd_invest", func(c *Cell) { c.Text = "4420万元" })),
		plain("formula-external", cell(Road, "ytd_invest", func(c *Cell) { c.Formula = "[1]台账!$C$4" })),
		plain("percent-as-fraction", set(Road, "ytd_rate", "0.421"), set(Plant, "ytd_rate", "0.32")),
		plain("one-column-holds-both", sheet(func(s *Sheet) {
			s.drop("coordination_request")
			s.drop("coordination_units")
			s.drop("request_deadline")
			s.column("problems").Title = "存在问题及需协调解决的问题"
		})).also("ambiguous-header"),
		plain("text-too-long", cell(Road, "progress", func(c *Cell) { c.Text = long() })),
		plain("required-empty", set(Road, "progress", "")),
		named("required-empty", "金额", set(Road, "week_invest", "")),
		plain("amount-not-stated", set(Road, "week_invest", "无")),
		plain("negative-amount", set(Road, "funds_in", "-120")),
		plain("over-hundred-percent", set(Road, "ytd_invest", "10600"), set(Road, "week_invest", "6300"), set(Road, "cum_invest", "19200"), set(Road, "ytd_rate", "101")).also("over-plan", "week-large"),
		plain("amount-implausible", set(Park, "total_invest", "5000000000")),
		plain("date-in-future", func(r *Report) {
			r.building().add("remark", "actual_start", "实际开工时间", "2024-03-20", "2026-10-20")
		}),
		plain("date-out-of-range", set(Road, "request_deadline", "2062-09-30")),
		plain("vague-progress", set(Road, "progress", "正常推进")),
		plain("short-text", set(Road, "progress", "铺完面层")),
	}
}

// long is a text longer than any program stores in a cell.
func long() string {
	text := make([]rune, 90_000)
	for i := range text {
		text[i] = []rune("完成路基填筑及涵洞施工")[i%11]
	}
	return string(text)
}
