// The same page by gofpdf, hand-coded: a long-lived process that reads one document a line as JSON and answers with the
// nanoseconds that it took and the bytes of the PDF. The bytes of the fonts are read once.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jung-kurt/gofpdf"
)

type amount struct {
	Text string `json:"text"`
}

type party struct {
	Name        string   `json:"name"`
	Address     []string `json:"address"`
	Particulars []string `json:"particulars"`
	Email       *string  `json:"email"`
	IssuedBy    *string  `json:"issued_by"`
}

type allowance struct {
	Reason string `json:"reason"`
	Amount amount `json:"amount"`
}

type line struct {
	Title      string      `json:"title"`
	Details    string      `json:"details"`
	Quantity   int         `json:"quantity"`
	UnitPrice  string      `json:"unit_price"`
	Vat        string      `json:"vat"`
	Allowances []allowance `json:"allowances"`
	Net        amount      `json:"net"`
	Gross      amount      `json:"gross"`
}

type rate struct {
	Label     string  `json:"label"`
	Net       amount  `json:"net"`
	Tax       amount  `json:"tax"`
	Exemption *string `json:"exemption"`
}

type page struct {
	Document struct {
		Kind       string `json:"kind"`
		Title      string `json:"title"`
		Number     string `json:"number"`
		IssuedOn   amount `json:"issued_on"`
		SuppliedOn amount `json:"supplied_on"`
		OrderID    string `json:"order_id"`
	} `json:"document"`
	Supplier party  `json:"supplier"`
	Buyer    party  `json:"buyer"`
	Lines    []line `json:"lines"`
	Rates    []rate `json:"rates"`
	Totals   struct {
		Net     amount `json:"net"`
		Tax     amount `json:"tax"`
		Gross   amount `json:"gross"`
		Paid    amount `json:"paid"`
		Payable amount `json:"payable"`
	} `json:"totals"`
	Payment struct {
		Text      string `json:"text"`
		Reference string `json:"reference"`
	} `json:"payment"`
	Mentions []struct {
		Text string `json:"text"`
	} `json:"mentions"`
	Labels map[string]string `json:"labels"`
}

type job struct {
	Data page     `json:"data"`
	Qr   []string `json:"qr"`
}

const (
	left   = 18.0
	width  = 174.0
	family = "sans"
)

type colour struct{ r, g, b int }

var (
	accent = colour{17, 24, 39}
	grey   = colour{107, 114, 128}
	pale   = colour{243, 244, 246}
	rule   = colour{209, 213, 219}
	white  = colour{255, 255, 255}
	black  = colour{0, 0, 0}
)

type sheet struct {
	*gofpdf.Fpdf
	job *job
}

func (s *sheet) ink(c colour)   { s.SetTextColor(c.r, c.g, c.b) }
func (s *sheet) paint(c colour) { s.SetFillColor(c.r, c.g, c.b) }

func (s *sheet) say(style string, size float64, c colour, x, y, w, h float64, text, align string) {
	s.SetFont(family, style, size)
	s.ink(c)
	s.SetXY(x, y)
	s.CellFormat(w, h, text, "", 0, align, false, 0, "")
}

// Text over several lines; the height that it took.
func (s *sheet) tell(style string, size float64, c colour, x, y, w, h float64, text string) float64 {
	s.SetFont(family, style, size)
	s.ink(c)
	s.SetXY(x, y)
	s.MultiCell(w, h, text, "", "L", false)
	return s.GetY() - y
}

func (s *sheet) logo() {
	s.paint(accent)
	s.RoundedRect(left, 15, 12, 12, 2.6, "1234", "F")
	s.SetDrawColor(255, 255, 255)
	s.SetLineWidth(0.75)
	s.SetLineCapStyle("round")
	for _, bar := range [][3]float64{{16, 24, 40}, {24, 18, 46}, {32, 22, 42}, {40, 16, 48}, {48, 26, 38}} {
		x := left + bar[0]*12/64
		s.Line(x, 15+bar[1]*12/64, x, 15+bar[2]*12/64)
	}
}

func (s *sheet) party(label string, p party, x, y float64) float64 {
	s.say("B", 7.5, accent, x, y, 83, 3.5, strings.ToUpper(label), "L")
	y += 4.5
	y += s.tell("B", 10, black, x, y, 83, 4.6, p.Name)
	y += s.tell("", 9, black, x, y+0.6, 83, 4.2, strings.Join(p.Address, "\n")) + 1.2
	more := append([]string{}, p.Particulars...)
	if p.Email != nil {
		more = append(more, *p.Email)
	}
	if p.IssuedBy != nil {
		more = append(more, *p.IssuedBy)
	}
	return y + s.tell("", 7.5, grey, x, y+0.8, 83, 3.6, strings.Join(more, "\n")) + 0.8
}

var columns = []float64{74, 12, 25, 15, 24, 24}

func (s *sheet) tableHead(y float64) float64 {
	s.paint(accent)
	s.Rect(left, y, width, 7, "F")
	labels := s.job.Data.Labels
	x := left
	for i, name := range []string{"description", "quantity", "unit_price", "vat", "net", "gross"} {
		align := "R"
		if i == 0 {
			align = "L"
		}
		s.say("B", 7.5, white, x+1, y, columns[i]-2, 7, labels[name], align)
		x += columns[i]
	}
	return y + 7
}

func (s *sheet) lines(y float64) float64 {
	y = s.tableHead(y)
	for _, l := range s.job.Data.Lines {
		if y > 255 {
			s.AddPage()
			y = s.tableHead(15)
		}
		top := y + 1.9
		h := s.tell("B", 8.5, black, left+1, top, 72, 4, l.Title)
		h += s.tell("", 7.5, grey, left+1, top+h, 72, 3.6, l.Details)
		for _, a := range l.Allowances {
			h += s.tell("", 7.5, grey, left+1, top+h, 72, 3.6, a.Reason+"  "+a.Amount.Text)
		}
		x := left + columns[0]
		for i, text := range []string{strconv.Itoa(l.Quantity), l.UnitPrice, l.Vat, l.Net.Text, l.Gross.Text} {
			s.say("", 8.5, black, x+1, top, columns[i+1]-2, 4, text, "R")
			x += columns[i+1]
		}
		y = top + h + 1.9
		s.SetDrawColor(rule.r, rule.g, rule.b)
		s.SetLineWidth(0.14)
		s.Line(left, y, left+width, y)
	}
	return y
}

func (s *sheet) rates(y float64) float64 {
	labels := s.job.Data.Labels
	s.say("B", 7.5, grey, left+1, y, 46, 5, labels["vat_summary"], "L")
	s.say("B", 7.5, grey, left+48, y, 24, 5, labels["vat_base"], "R")
	s.say("B", 7.5, grey, left+73, y, 22, 5, labels["vat_amount"], "R")
	y += 6
	for _, r := range s.job.Data.Rates {
		s.say("", 8.5, black, left+48, y, 24, 4, r.Net.Text, "R")
		s.say("", 8.5, black, left+73, y, 22, 4, r.Tax.Text, "R")
		h := s.tell("", 8.5, black, left+1, y, 46, 4, r.Label)
		if r.Exemption != nil {
			h += s.tell("", 7, grey, left+1, y+h, 46, 3.4, *r.Exemption)
		}
		y += h + 1.5
		s.Line(left, y, left+96, y)
		y += 1.5
	}
	return y
}

func (s *sheet) totals(y float64) float64 {
	labels, totals := s.job.Data.Labels, s.job.Data.Totals
	paid := labels["paid"]
	if s.job.Data.Document.Kind == "credit_note" {
		paid = labels["refunded"]
	}
	for i, row := range [][2]string{
		{labels["net_total"], totals.Net.Text},
		{labels["tax_total"], totals.Tax.Text},
		{labels["gross_total"], totals.Gross.Text},
		{paid, totals.Paid.Text},
		{labels["payable"], totals.Payable.Text},
	} {
		fill, ink, style, size := pale, black, "", 9.0
		if i == 2 {
			fill, ink, style, size = accent, white, "B", 11
		}
		if i == 4 {
			style = "B"
		}
		s.paint(fill)
		s.Rect(left+106, y, 68, 8, "F")
		s.say(style, size, ink, left+108, y, 32, 8, row[0], "L")
		s.say(style, size, ink, left+138, y, 34, 8, row[1], "R")
		y += 8
	}
	return y
}

func (s *sheet) payment(y float64) float64 {
	side := 20.0 / float64(len(s.job.Qr)+4)
	s.paint(black)
	for row, modules := range s.job.Qr {
		for column := 0; column < len(modules); {
			if modules[column] != '1' {
				column++
				continue
			}
			run := column
			for run < len(modules) && modules[run] == '1' {
				run++
			}
			s.Rect(left+side*float64(column+2), y+side*float64(row+2), side*float64(run-column), side, "F")
			column = run
		}
	}
	labels, payment := s.job.Data.Labels, s.job.Data.Payment
	label := labels["payment"]
	if s.job.Data.Document.Kind == "credit_note" {
		label = labels["refund"]
	}
	s.say("B", 7.5, accent, left+23, y+4, 73, 4, strings.ToUpper(label), "L")
	s.say("", 9, black, left+23, y+8.5, 73, 4, payment.Text, "L")
	s.say("", 7.5, grey, left+23, y+13, 73, 4, labels["reference"]+" "+payment.Reference, "L")
	return y + 22
}

func render(j *job, regular, bold []byte) ([]byte, error) {
	s := &sheet{gofpdf.New("P", "mm", "A4", ""), j}
	s.AddUTF8FontFromBytes(family, "", regular)
	s.AddUTF8FontFromBytes(family, "B", bold)
	s.SetMargins(left, 15, left)
	s.SetAutoPageBreak(false, 20)
	s.AliasNbPages("")
	data := &j.Data
	s.SetTitle(data.Document.Title+" "+data.Document.Number, true)
	s.SetAuthor(data.Supplier.Name, true)
	s.SetFooterFunc(func() {
		text := strings.NewReplacer("{page}", strconv.Itoa(s.PageNo()), "{pages}", "{nb}").Replace(data.Labels["page"])
		s.say("", 7, grey, left, 280, 134, 4, data.Supplier.Name+" · "+data.Document.Title+" "+data.Document.Number, "L")
		s.say("", 7, grey, left+134, 280, 40, 4, text, "R")
	})
	s.AddPage()
	s.logo()
	s.say("B", 22, accent, left+87, 14, 87, 9, data.Document.Title, "R")
	s.say("", 11, black, left+87, 23, 87, 5, data.Document.Number, "R")
	s.SetDrawColor(accent.r, accent.g, accent.b)
	s.SetLineWidth(0.42)
	s.Line(left, 32, left+width, 32)
	x := left
	for _, fact := range [][2]string{
		{data.Labels["issued_on"], data.Document.IssuedOn.Text},
		{data.Labels["supplied_on"], data.Document.SuppliedOn.Text},
		{data.Labels["order"], data.Document.OrderID},
	} {
		s.say("", 7.5, grey, x, 36, 42, 4, fact[0], "L")
		s.say("", 9, black, x, 40, 90, 4, fact[1], "L")
		x += 42
	}
	y := s.party(data.Labels["supplier"], data.Supplier, left, 52)
	if right := s.party(data.Labels["buyer"], data.Buyer, left+91, 52); right > y {
		y = right
	}
	s.paint(accent)
	s.Rect(left+87, 52, 0.7, y-52, "F")
	y = s.lines(y+8) + 6
	if y > 210 {
		s.AddPage()
		y = 15
	}
	end := s.totals(y)
	if y = s.payment(s.rates(y) + 3); y < end {
		y = end
	}
	y += 7
	for _, mention := range data.Mentions {
		if y > 268 {
			s.AddPage()
			y = 15
		}
		y += s.tell("", 7, grey, left, y, width, 3.4, mention.Text) + 1.4
	}
	var out bytes.Buffer
	err := s.Output(&out)
	return out.Bytes(), err
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gofpdf:", err)
		os.Exit(1)
	}
}

func main() {
	regular, err := os.ReadFile(filepath.Join(os.Args[1], "LiberationSans-Regular.ttf"))
	fail(err)
	bold, err := os.ReadFile(filepath.Join(os.Args[1], "LiberationSans-Bold.ttf"))
	fail(err)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		text, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		begun := time.Now()
		var j job
		fail(json.Unmarshal(text, &j))
		pdf, err := render(&j, regular, bold)
		took := time.Since(begun)
		fail(err)
		if len(os.Args) > 2 {
			fail(os.WriteFile(os.Args[2], pdf, 0o644))
		}
		fmt.Println(took.Nanoseconds(), len(pdf))
	}
}
