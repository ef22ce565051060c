// Package report draws the pages people read from a week's digest.
//
// view.go joins the digest with the names of the registry and the words of the reports
// (Summary); the leaders' letter, the workbook and the status page are all drawn from that.
// view_rows.go builds its lines. The workbooks stand beside it.
package report
