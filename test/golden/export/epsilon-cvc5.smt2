; written by parabound VERSION for cvc5 (SMT-LIB 2, exact rationals and its exp)
; asked    is there an x and a p with |f_p0(x) - f_p(x)| > 0.06, for x in the domain and p in the box?
; answers  the encoding is exact
;          unsat: no, the property holds
;          sat: yes, the property is violated
;          models: z3 -model FILE, cvc5 --dump-models FILE
; network  cats.json, 2-1 (sigmoid), sha256 a776db692124e78c8323894cc3dda1605c23b9c0d4c68b9c5e6a8fb6ea12a188
; inputs   x1 (heart weight (g)) in [6.3, 20.5]
;          x2 (body weight (kg)) in [2, 3.9]
; unknowns w1_0_2 is the weight of layer 1 from 2 to 0, b1_0 the bias; what cannot move is a number
; numbers  exact: none is rounded
(set-logic QF_NRAT)
(declare-fun x1 () Real) ; heart weight (g)
(assert (<= (/ 7093169413108531.0 1125899906842624.0) x1))
(assert (<= x1 (/ 41.0 2.0)))
(declare-fun x2 () Real) ; body weight (kg)
(assert (<= 2.0 x2))
(assert (<= x2 (/ 8782019273372467.0 2251799813685248.0)))
(declare-fun w0_0_0 () Real)
(assert (<= (/ 37918792770681021.0 576460752303423488.0) w0_0_0))
(assert (<= w0_0_0 (/ 49448007816749491.0 576460752303423488.0)))
(declare-fun w0_0_1 () Real)
(assert (<= (/ 675141655842592901.0 576460752303423488.0) w0_0_1))
(assert (<= w0_0_1 (/ 686670870888661371.0 576460752303423488.0)))
(declare-fun b0_0 () Real)
(assert (<= (- (/ 2032128301033686395.0 576460752303423488.0)) b0_0))
(assert (<= b0_0 (- (/ 2020599085987617925.0 576460752303423488.0))))
(define-fun nz0_0 () Real (+ (* (/ 5460425036714407.0 72057594037927936.0) x1) (* (/ 2659790091271981.0 2251799813685248.0) x2) (- (/ 7915483177775985.0 2251799813685248.0))))
(define-fun pz0_0 () Real (+ (* w0_0_0 x1) (* w0_0_1 x2) b0_0))
(define-fun d0 () Real (- (/ 1.0 (+ 1.0 (exp (- pz0_0)))) (/ 1.0 (+ 1.0 (exp (- nz0_0))))))
(define-fun e0 () Real (- (/ 1.0 (+ 1.0 (exp (- nz0_0)))) (/ 1.0 (+ 1.0 (exp (- pz0_0))))))
(assert (or (> d0 (/ 1080863910568919.0 18014398509481984.0)) (> e0 (/ 1080863910568919.0 18014398509481984.0))))
(check-sat)
(exit)
