//! Tables as people send them: csv of any encoding, xls, xlsx, web pages that call themselves xls; read row
//! by row with the place of every mistake, and written so that no cell can carry a formula. It knows
//! nothing of orders or shops.
