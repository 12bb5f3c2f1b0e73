//! `#[derive(Replicate)]`: writes the field table of a row and the conversions to and from integers.
//!
//! What can be said of a field, in `#[replicate(...)]`:
//! - `range = A..=B`: the values it may take; needed for `f32`, otherwise the type's own range.
//! - `precision = P`: what one step is worth; needed for `f32`, not allowed elsewhere.
//! - `wrap`: the range is a circle. The top of an `f32` range is then the bottom again.
//! - `stage`: the field and those after it are guessed when those before it are known.
//! - `motion`: a value other than zero means that the entity moves. A velocity says so by itself.
//! - `predict = velocity(field)` or `predict = hold`: how a receiver guesses the value; `f32` only.
//!
//! Of the struct: `#[replicate(name = "...")]`, otherwise its name in lower case. Every error points
//! at the field that it speaks of. The code that comes out mentions nothing but `::netcode`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Data, DeriveInput, Error, Expr, ExprRange, Field, Fields, Ident, LitStr, RangeLimits, Result,
    parse_macro_input, spanned::Spanned,
};

/// Derives `netcode::Replicate`; the crate's documentation lists the attributes.
#[proc_macro_derive(Replicate, attributes(replicate))]
pub fn derive_replicate(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "only a struct can be replicated"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(
            &input.ident,
            "the fields of a replicated struct need names",
        ));
    };
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new_spanned(parameter, "a replicated struct can't be generic"));
    }
    let mut columns = fields.named.iter().map(Column::parse).collect::<Result<Vec<_>>>()?;
    number_stages(&mut columns);
    let name = kind_name(input)?;
    let tables = columns.iter().map(|column| column.table(&columns)).collect::<Result<Vec<_>>>()?;
    let count = columns.len();
    let indices = 0..count;
    let quantise = columns.iter().enumerate().map(|(index, column)| column.quantise(index));
    let restore = columns.iter().zip(indices).map(|(column, index)| column.restore(index));
    let blend = columns.iter().enumerate().map(|(index, column)| column.blend(index));
    let ident = &input.ident;
    Ok(quote! {
        impl ::netcode::row::Replicate for #ident {
            const TABLE: &'static ::netcode::row::KindTable = {
                const FIELDS: [::netcode::row::Field; #count] = [#(#tables),*];
                &::netcode::row::KindTable { name: #name, fields: &FIELDS }
            };

            fn quantise(&self, columns: &mut ::std::vec::Vec<i32>) {
                let fields = <Self as ::netcode::row::Replicate>::TABLE.fields;
                #(#quantise)*
            }

            fn restore(columns: &[i32]) -> Self {
                let fields = <Self as ::netcode::row::Replicate>::TABLE.fields;
                assert_eq!(columns.len(), fields.len(), "one column for each field");
                Self { #(#restore),* }
            }

            fn blend(from: &Self, to: &Self, alpha: f32) -> Self {
                let fields = <Self as ::netcode::row::Replicate>::TABLE.fields;
                Self { #(#blend),* }
            }
        }
    })
}

/// The `name = "..."` of the struct, or its own name in lower case.
fn kind_name(input: &DeriveInput) -> Result<String> {
    let mut name = input.ident.to_string().to_lowercase();
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("replicate")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("name") {
                return Err(meta.error("a replicated struct knows only `name = \"...\"`"));
            }
            name = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        })?;
    }
    Ok(name)
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Float,
    Bool,
    /// With the lowest and highest value of the type, as far as 31 bits hold them.
    Integer(i64, i64),
}

/// What is known of one field.
struct Column<'a> {
    field: &'a Field,
    ident: &'a Ident,
    kind: Type,
    range: Option<(Expr, Expr)>,
    precision: Option<Expr>,
    wrap: bool,
    velocity: Option<Ident>,
    begins_stage: bool,
    stage: u8,
    motion: bool,
}

/// Each field belongs to the stage that the last one before it, or it itself, began.
fn number_stages(columns: &mut [Column<'_>]) {
    let mut stage = 0;
    for column in columns {
        stage += u8::from(column.begins_stage);
        column.stage = stage;
    }
}

impl<'a> Column<'a> {
    fn parse(field: &'a Field) -> Result<Self> {
        let Some(ident) = field.ident.as_ref() else {
            return Err(Error::new_spanned(field, "the field needs a name"));
        };
        let mut column = Self {
            field,
            ident,
            kind: field_type(field)?,
            range: None,
            precision: None,
            wrap: false,
            velocity: None,
            begins_stage: false,
            stage: 0,
            motion: false,
        };
        for attribute in field.attrs.iter().filter(|a| a.path().is_ident("replicate")) {
            attribute.parse_nested_meta(|meta| column.read(&meta))?;
        }
        column.check()?;
        Ok(column)
    }

    /// Takes one `key` or `key = value` of the attribute.
    fn read(&mut self, meta: &syn::meta::ParseNestedMeta<'_>) -> Result<()> {
        if meta.path.is_ident("range") {
            let range = meta.value()?.parse::<ExprRange>()?;
            let (Some(start), RangeLimits::Closed(_), Some(end)) =
                (range.start.clone(), range.limits, range.end.clone())
            else {
                return Err(Error::new(range.span(), "write the range as `lowest..=highest`"));
            };
            self.range = Some((*start, *end));
        } else if meta.path.is_ident("precision") {
            self.precision = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("wrap") {
            self.wrap = true;
        } else if meta.path.is_ident("stage") {
            self.begins_stage = true;
        } else if meta.path.is_ident("motion") {
            self.motion = true;
        } else if meta.path.is_ident("predict") {
            self.read_prediction(meta.value()?)?;
        } else {
            return Err(meta.error(
                "unknown: a field knows range, precision, wrap, stage, motion and predict",
            ));
        }
        Ok(())
    }

    fn read_prediction(&mut self, value: syn::parse::ParseStream<'_>) -> Result<()> {
        let how: Ident = value.parse()?;
        if how == "hold" {
            return Ok(());
        }
        if how != "velocity" {
            return Err(Error::new(how.span(), "a prediction is `hold` or `velocity(field)`"));
        }
        let of;
        syn::parenthesized!(of in value);
        self.velocity = Some(of.parse()?);
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let complain = |what: &str| Err(Error::new_spanned(self.field, what));
        match self.kind {
            Type::Float if self.range.is_none() => {
                complain("an f32 needs `range = lowest..=highest`")
            }
            Type::Float if self.precision.is_none() => complain("an f32 needs `precision = ...`"),
            Type::Bool if self.range.is_some() || self.wrap => complain("a bool has no range"),
            Type::Integer(..) | Type::Bool if self.precision.is_some() => {
                complain("only an f32 has a precision: an integer is exact")
            }
            Type::Integer(..) | Type::Bool if self.velocity.is_some() => {
                complain("only an f32 can be predicted from a velocity")
            }
            _ => Ok(()),
        }
    }

    /// The expression of this column's `Field`.
    fn table(&self, columns: &[Column<'_>]) -> Result<TokenStream> {
        let name = self.ident.to_string();
        let wrap = self.wrap;
        let table = match (&self.kind, &self.range, &self.precision) {
            (Type::Float, Some((from, to)), Some(precision)) => quote! {
                ::netcode::row::Field::float(#name, #from, #to, #precision, #wrap)
            },
            (Type::Integer(..), Some((from, to)), _) => quote! {
                ::netcode::row::Field::integer(#name, #from, #to, #wrap)
            },
            (Type::Integer(lowest, highest), None, _) => quote! {
                ::netcode::row::Field::integer(#name, #lowest, #highest, #wrap)
            },
            _ => quote! { ::netcode::row::Field::integer(#name, 0, 1, false) },
        };
        let is_velocity =
            columns.iter().any(|other| other.velocity.as_ref().is_some_and(|v| v == self.ident));
        let motion = (self.motion || is_velocity).then(|| quote! { .telling_motion() });
        let stage = self.stage;
        let stage = (stage > 0).then(|| quote! { .in_stage(#stage) });
        let table = quote! { #table #motion #stage };
        let Some(velocity) = &self.velocity else { return Ok(table) };
        let Some(index) = columns.iter().position(|column| column.ident == velocity) else {
            return Err(Error::new_spanned(velocity, format!("there is no field `{velocity}`")));
        };
        if columns.get(index).is_none_or(|column| column.kind != Type::Float) {
            return Err(Error::new_spanned(velocity, "a velocity must be an f32"));
        }
        Ok(quote! { #table.predicted(::netcode::row::Predict::Velocity(#index)) })
    }

    fn quantise(&self, index: usize) -> TokenStream {
        let ident = self.ident;
        match self.kind {
            Type::Float => quote! { columns.push(fields[#index].quantise(self.#ident)); },
            Type::Bool => quote! { columns.push(i32::from(self.#ident)); },
            Type::Integer(..) => quote! {
                columns.push(fields[#index].quantise_integer(i64::from(self.#ident)));
            },
        }
    }

    fn restore(&self, index: usize) -> TokenStream {
        let (ident, of) = (self.ident, &self.field.ty);
        match self.kind {
            Type::Float => quote! { #ident: fields[#index].restore(columns[#index]) },
            Type::Bool => quote! { #ident: columns[#index] != 0 },
            Type::Integer(..) => quote! { #ident: columns[#index] as #of },
        }
    }

    fn blend(&self, index: usize) -> TokenStream {
        let (ident, of) = (self.ident, &self.field.ty);
        match self.kind {
            Type::Float => quote! { #ident: fields[#index].blend(from.#ident, to.#ident, alpha) },
            Type::Integer(..) if self.wrap => quote! {
                #ident: fields[#index].quantise(
                    fields[#index].blend(from.#ident as f32, to.#ident as f32, alpha),
                ) as #of
            },
            Type::Bool | Type::Integer(..) => quote! {
                #ident: if alpha < 1.0 { from.#ident } else { to.#ident }
            },
        }
    }
}

fn field_type(field: &Field) -> Result<Type> {
    let half = i64::from(i32::MAX / 2);
    let name = match &field.ty {
        syn::Type::Path(path) => path.path.get_ident().map(Ident::to_string),
        _ => None,
    };
    match name.as_deref() {
        Some("f32") => Ok(Type::Float),
        Some("bool") => Ok(Type::Bool),
        Some("u8") => Ok(Type::Integer(0, 255)),
        Some("i8") => Ok(Type::Integer(-128, 127)),
        Some("u16") => Ok(Type::Integer(0, 65_535)),
        Some("i16") => Ok(Type::Integer(-32_768, 32_767)),
        Some("u32") => Ok(Type::Integer(0, half)),
        Some("i32") => Ok(Type::Integer(-half, half)),
        _ => Err(Error::new_spanned(
            &field.ty,
            "a replicated field is an f32, a bool or an integer of at most 32 bits",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn complaint(input: &DeriveInput) -> String {
        expand(input).expect_err("must be refused").to_string()
    }

    #[test]
    fn each_mistake_gets_its_own_words() {
        let cases: Vec<(DeriveInput, &str)> = vec![
            (
                parse_quote!(
                    enum E {
                        A,
                    }
                ),
                "only a struct",
            ),
            (
                parse_quote!(
                    struct S(u8);
                ),
                "need names",
            ),
            (
                parse_quote!(
                    struct S<T> {
                        a: T,
                    }
                ),
                "can't be generic",
            ),
            (
                parse_quote!(
                    struct S {
                        a: String,
                    }
                ),
                "at most 32 bits",
            ),
            (
                parse_quote!(
                    struct S {
                        a: f32,
                    }
                ),
                "needs `range",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(range = 0.0..=1.0)]
                        a: f32,
                    }
                ),
                "needs `precision",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(range = 0.0..1.0, precision = 0.1)]
                        a: f32,
                    }
                ),
                "lowest..=highest",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(precision = 1)]
                        a: u8,
                    }
                ),
                "only an f32 has a precision",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(range = 0..=1)]
                        a: bool,
                    }
                ),
                "no range",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(colour)]
                        a: bool,
                    }
                ),
                "unknown",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(predict = magic)]
                        a: u8,
                    }
                ),
                "`hold` or `velocity(field)`",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(range = 0.0..=1.0, precision = 0.1, predict = velocity(b))]
                        a: f32,
                    }
                ),
                "no field `b`",
            ),
            (
                parse_quote!(
                    struct S {
                        #[replicate(range = 0.0..=1.0, precision = 0.1, predict = velocity(b))]
                        a: f32,
                        b: u8,
                    }
                ),
                "must be an f32",
            ),
        ];
        for (input, words) in &cases {
            let said = complaint(input);
            assert!(said.contains(words), "{said:?} does not say {words:?}");
        }
    }
}
