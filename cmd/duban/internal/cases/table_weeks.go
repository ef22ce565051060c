package cases

import "duban/state"

// before says what stood in a cell the weeks before.
func before(project, column, text string) edit {
	return func(r *Report) {
		had := r.Before
		r.Before = func(last *Report) {
			if had != nil {
				had(last)
			}
			set(project, column, text)(last)
		}
	}
}

// like says that so many more weeks were like the last one.
func like(weeks int) edit { return func(r *Report) { r.Weeks = weeks } }

// dated adds a column of days to the sheet of projects in construction, this week and before.
func dated(id, title, was, is string) edit {
	return func(r *Report) {
		r.building().add("remark", id, title, is, "")
		r.Before = func(last *Report) { last.building().add("remark", id, title, was, "") }
	}
}

// streaks are the rules over several weeks.
func streaks() []Case {
	const still = "闸室底板垫层施工完成,钢筋进场检验合格"
	return []Case{
		plain("text-nearly-same", before(Road, "progress", "南段路基填筑已经全部完成并通过验收,跨沟桥下部结构正在抓紧施工,附属工程同步推进"),
			set(Road, "progress", "南段路基填筑已经全部完成并通过验收,跨沟桥下部结构正在抓紧施工,附属工程同步推进中")),
		plain("text-same-third-week", before(Road, "progress", still), set(Road, "progress", still), like(2)).also("text-same-as-last-week"),
		plain("progress-fell", before(Road, "progress", "南段路基施工,总体形象进度56%"), set(Road, "progress", "北段路基清表,总体形象进度46%")),
		plain("progress-fell-little", before(Road, "progress", "南段路基施工,总体形象进度56%"), set(Road, "progress", "北段路基清表,总体形象进度54%")),
		plain("week-jump", set(Plant, "week_invest", "330"), set(Plant, "ytd_invest", "1230"), set(Plant, "ytd_rate", "41"), set(Plant, "cum_invest", "1230"), like(4)),
		plain("idle-three-weeks", idle, func(r *Report) { r.Before = idle }, before(Plant, "progress", still), set(Plant, "progress", still), started, like(2)).also("text-same-third-week"),
		plain("idle-five-weeks", idle, func(r *Report) { r.Before = idle }, before(Plant, "progress", still), set(Plant, "progress", still), started, like(4)).also("idle-three-weeks", "text-same-third-week"),
		plain("stopped-two-weeks", before(Road, "progress", "北段停工,南段桥台浇筑"), set(Road, "progress", "北段停工,南段护坡砌筑两处"), before(Road, "problems", "无"),
			set(Road, "problems", "无"), set(Road, "coordination_request", "无"), set(Road, "coordination_units", "无"), set(Road, "request_deadline", "—"), like(2)),
		plain("plan-not-met", before(Plant, "next_plan", "清水池底板浇筑完成90%"), set(Plant, "progress", "清水池底板浇筑完成75%,取水泵房基坑支护")),
		plain("date-changed", dated("planned_finish", "计划竣工时间", "2026-12-31", "2027-03-31")),
		plain("milestone-moved", dated("planned_finish", "计划竣工时间", "2026-12-31", "2027-03-31"), func(r *Report) { r.Moved = "2026-10-31" }, like(2)),
		plain("dept-changed", set(Road, "responsible_dept", "区住建局")),
		plain("finished-not-closed", before(Road, "progress", "路面工程已完工,标线补划"), set(Road, "progress", "全线已完工,正在整理竣工资料"), like(3)),
		plain("no-contact", before(Park, "progress", "已签订框架协议,企业内部评审协议文本"), set(Park, "progress", "已签订框架协议,企业内部评审协议文本"), like(1)).also("text-same-third-week"),
		plain("intent-unchanged", before(Park, "progress", "意向协议商谈中,企业正在比选地块方案"), set(Park, "progress", "意向协议商谈中,企业正在比选地块方案"), like(3)).also("text-same-third-week"),
		plain("visit-outside-week", set(Road, "visit_date", "2026-09-02"), before(Road, "visit_date", "2026-08-20")),
		plain("permit-slow", like(6)),
	}
}

// started says that the registry knows the project as begun.
func started(r *Report) {
	registry(Plant, func(p *state.Project) { p.PlanStart = "2026-10" })(r)
}

// classes are the rules of the classes of projects, and those against the registry beside them.
func classes() []Case {
	return []Case{
		plain("percent-out-of-range", set(Road, "ytd_rate", "142.1")),
		plain("progress-money-gap", set(Road, "progress", "各标段收尾施工,形象进度96%")),
		plain("money-without-start", sheet(func(s *Sheet) { s.add("remark", "actual_start", "实际开工时间", "2024-03-05", "") })),
		plain("finished-undated", sheet(func(s *Sheet) { s.add("remark", "actual_finish", "实际竣工时间", "", "") }), set(Road, "progress", "全线已竣工,正在办理移交手续")),
		plain("finish-slips", registry(Plant, func(p *state.Project) { p.PlanEnd = "2027-06" }), sheet(func(s *Sheet) { s.add("remark", "planned_finish", "计划竣工时间", "", "2027-12-31") })),
		plain("red-without-problem", registry(Plant, func(p *state.Project) { p.YearPlan = 6000 * state.Wan }), set(Plant, "year_plan", "6000"), set(Plant, "ytd_rate", "16")),
		plain("blocked-without-unit", set(Road, "problems", "北段34亩未交地,北段未进场"), set(Road, "coordination_request", "无"), set(Road, "coordination_units", "无"), set(Road, "request_deadline", "—")),
		plain("finish-reported", set(Road, "progress", "全线竣工验收合格,已移交养护")),
		plain("start-reported", sheet(func(s *Sheet) { s.add("remark", "actual_start", "实际开工时间", "2024-03-05", "2026-05-20") })),
		plain("land-date-passed", set(Plant, "land_done_mu", "24"), set(Plant, "problems", "取水口6亩未交地"), set(Plant, "coordination_request", "请白鹭镇完成交地"),
			set(Plant, "coordination_units", "白鹭镇"), set(Plant, "request_deadline", "2026-09-10"), before(Plant, "land_done_mu", "24")),
		plain("permit-status-missing", set(Market, "permit_eia", "")),
		plain("permit-date-missing", set(Market, "permit_approval_date", "")),
		plain("permit-over-time", set(Market, "permit_approval_date", "2026-07-20")),
		plain("preliminary-money", registry(Market, func(p *state.Project) { p.Total, p.YearPlan = 1500*state.Wan, 1500*state.Wan }), set(Market, "total_invest", "1500"), set(Market, "year_plan", "1500")),
		plain("permits-all-done", set(Market, "permit_approval", "已办结"), set(Market, "permit_eia", "不涉及"), set(Market, "permit_planning", "已办结"), set(Market, "permit_land", "已办结"), set(Market, "permit_construction", "已办结")),
		plain("stage-missing", set(Park, "progress", "企业9月16日来区看地,对地块条件较满意")),
		plain("signed-without-amount", set(Park, "progress", "9月16日正式签约,投资协议已盖章"), set(Park, "total_invest", ""), registry(Park, func(p *state.Project) { p.Total = 0 })),
		plain("signed-without-date", set(Park, "progress", "本周完成正式签约,投资协议已盖章")),
		plain("contract-signed", set(Park, "progress", "9月16日正式签约,投资协议已盖章")),
		plain("investment-money", func(r *Report) { r.Sheets[2].add("remark", "week_invest", "本周完成投资(万元)", "35") }),
		plain("phone-implausible", sheet(func(s *Sheet) { s.add("remark", "phone", "联系电话", "12345", "000-00000105") })),
		plain("closed-figures-changed", func(r *Report) {
			r.extra(ended, "老港区仓库改造", map[string]string{
				"total_invest": "3000", "year_plan": "500", "last_ytd": "", "week_invest": "20", "ytd_invest": "500", "ytd_rate": "100", "cum_invest": "3000",
				"progress": "已于8月完工并交付使用,零星收尾", "problems": "无", "coordination_request": "无", "next_plan": "办理竣工备案",
			})
		}),
		plain("two-departments", func(r *Report) {
			r.extra(foreign, "城南停车楼", map[string]string{"ytd_invest": "600"})
			registry(foreign, func(p *state.Project) { p.Collab = []string{"D05"} })(r)
		}),
		plain("head-incomplete", func(r *Report) { r.Filler = "" }),
		told("stray-text", "各项目情况已经单位负责同志审定"),
		told("two-tables", ""),
		plain("mixed-units", sheet(func(s *Sheet) {
			s.column("total_invest").Title = "总投资(亿元)"
			s.Rows[0].put("total_invest", "2.35")
			s.Rows[1].put("total_invest", "0.8")
		})),
		told("week-number-differs", "第1周"),
	}
}
