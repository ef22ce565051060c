package sheet

// The rules a reading can break, as findings and doubts name them (error_codes of the glossary in kebab-case where one
// fits). Their sentences stand with the other rules.
const (
	ruleHeader        = "header-not-found"      // no table with a project name anywhere in the workbook
	ruleDuplicate     = "duplicate-column"      // two columns of the same name with different contents
	ruleAmbiguous     = "ambiguous-header"      // the header can mean two columns
	ruleHiddenRows    = "hidden-rows"           // projects in hidden rows
	ruleHiddenSheet   = "hidden-sheet"          // a table on a hidden sheet, not counted
	ruleExample       = "example-row"           // the form's example left in
	rulePeriod        = "period-conflict"       // the sheet names two different weeks
	ruleNilReturn     = "nil-return"            // the sheet says that nothing changed
	ruleNoRows        = "no-project-row"        // a table without any project
	ruleNotNumber     = "not-a-number"          // an amount, number or percentage that is no certain figure
	ruleNotDate       = "not-a-date"            // a date that does not exist or is not certain
	ruleDeadline      = "deadline-not-a-date"   // the same in the column of deadlines of requests
	ruleErrorValue    = "error-value"           // #REF! and its like
	ruleNoResult      = "formula-no-result"     // a formula never calculated
	ruleStale         = "formula-stale"         // a formula whose stored result is not what it gives
	ruleBecameDate    = "became-date"           // the program turned what was typed into a date
	ruleStruck        = "struck-through"        // part of the cell is struck through
	ruleJoint         = "joint-figure"          // one figure merged over several projects
	ruleTooLong       = "text-too-long"         // longer than any program stores
	noteFullwidth     = "fullwidth-digits"      // digits typed full width
	noteTextNumber    = "number-as-text"        // a figure stored as text
	noteUnit          = "unit-converted"        // a unit in the cell, converted
	noteFraction      = "percent-as-fraction"   // 0.624 read as 62.4
	noteLastDay       = "month-end"             // 月底 read as the last day
	noteMonth         = "month-only"            // a month without a day, given as "2026-11"
	noteYear          = "year-from-period"      // a day without a year, the year taken from the report's week
	noteUnknownChoice = "not-in-list"           // a word the form does not list
	noteExternal      = "external-link"         // the figure is a stored result from another workbook
	noteMerged        = "merged-down"           // the value of a merged cell above
	noteTraditional   = "traditional-script"    // folded to simplified script
	noteSplit         = "one-column-holds-both" // problems and requests in one column
)
